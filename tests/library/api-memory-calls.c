/* SPDX-License-Identifier: MIT */
/* api-memory-calls.c - the functions of libshmbox that take memory, each with what it has to return */

#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "api-memory.h"

enum { PIECE = 4096 };

static int lists(void)
{
	struct shmbox_info *infos;
	int count = shmbox_list(&infos);

	assert(count < 0 ? !infos : infos != NULL);
	free(infos);
	return count == MANY ? 0 : count;
}

static int lists_counted(void)
{
	struct shmbox_info *infos;
	int count = shmbox_list_counted(&infos);

	assert(count < 0 ? !infos : infos != NULL);
	free(infos);
	return count == MANY ? 0 : count;
}

static int finds_holders(void)
{
	struct shmbox_holder *holders;
	int count = shmbox_holders(id, &holders);

	assert(count < 0 ? !holders : holders != NULL);
	free(holders);
	return count == MANY + 2 ? 0 : count;
}

static int finds_all_holders(void)
{
	struct shmbox_holder *holders;
	int count = shmbox_holders(SHMBOX_ALL, &holders);

	assert(count < 0 ? !holders : holders != NULL);
	free(holders);
	return count == MANY + 2 ? 0 : count;
}

static int finds_what_is_held(void)
{
	struct shmbox_holder *holders;
	int count = shmbox_held_by(attacher, &holders);

	assert(count < 0 ? !holders : holders != NULL);
	free(holders);
	return count == MANY ? 0 : count;
}

static int finds_namespaces(void)
{
	struct shmbox_namespace *all;
	int hidden;
	int count = shmbox_namespaces(&all, &hidden);

	assert(count < 0 ? !all : all != NULL);
	free(all);
	return count > 0 ? 0 : count;
}

static int knows_limits(void)
{
	struct shmbox_limits limits;
	int rc = shmbox_get_limits(&limits);

	assert(rc < 0 || limits.segments == MANY);
	return rc;
}

static int streams(void)
{
	FILE *stream = shmbox_fopen(id, "r+");

	if (!stream)
		return -errno;
	assert(fgetc(stream) == 'x');
	assert(fclose(stream) == 0);
	return 0;
}

static int take(void *data, const void *bytes, uint64_t length)
{
	(void)bytes;
	*(uint64_t *)data += length;
	return 0;
}

static int walks(void)
{
	struct shmbox_job job = { .length = SIZE };
	uint64_t sum = 0;
	int rc = shmbox_walk(&map, &job, take, &sum);

	assert(rc < 0 ? job.done == 0 && sum == 0 : sum == SIZE);
	return rc;
}

static int digests(void)
{
	uint64_t digest = 42;
	int rc = shmbox_digest(&map, 0, SIZE, &digest);

	assert((rc < 0) == (digest == 42));
	return rc;
}

static int copies(void)
{
	struct shmbox_map copy;
	struct shmbox_job job = { .length = SIZE };
	int rc = shmbox_blank(&map, &copy);

	if (rc < 0)
		return rc;
	job.fd = copy.copy;
	rc = shmbox_copy(&map, &job);
	if (rc == 0)
		rc = shmbox_compare(&map, &job);
	shmbox_detach(&copy);
	return rc;
}

/* From a pipe, in which as many bytes are as are asked for. */
static int receive(unsigned flags)
{
	struct shmbox_job job = { .length = PIECE, .flags = flags };
	char bytes[PIECE] = "x";
	int ends[2];
	int rc;

	assert(pipe(ends) == 0 && write(ends[1], bytes, PIECE) == PIECE);
	close(ends[1]);
	job.fd = ends[0];
	rc = shmbox_receive(&map, &job);
	assert(rc < 0 ? job.done == 0 : job.done == PIECE);
	close(ends[0]);
	return rc;
}

static int receives(void)
{
	return receive(0);
}

static int receives_sparsely(void)
{
	return receive(SHMBOX_SPARSE);
}

static int receives_much(void)
{
	struct shmbox_job job = { .length = SIZE };
	int rc;

	job.fd = open("/dev/zero", O_RDONLY | O_CLOEXEC);
	assert(job.fd > 0);
	rc = shmbox_receive(&map, &job);
	assert(rc < 0 ? job.done == 0 : job.done == SIZE);
	close(job.fd);
	assert(shmbox_write(&map, 0, "x", 1) == 1);
	return rc;
}

static int sends(void)
{
	struct shmbox_job job = { .length = SIZE };
	int rc;

	job.fd = open("/dev/null", O_WRONLY | O_CLOEXEC);
	assert(job.fd > 0);
	rc = shmbox_send(&map, &job);
	close(job.fd);
	return rc;
}

static int reads_and_wipes(void)
{
	struct shmbox_job job = { .offset = PIECE, .length = SIZE - PIECE };
	char bytes[PIECE];
	int64_t got = shmbox_read(&map, 0, bytes, PIECE);

	return got < 0 ? (int)got : shmbox_wipe(&map, &job);
}

static int borrows(void)
{
	struct shmbox_map borrowed;
	struct shmbox_job job = { .length = SIZE };
	uint64_t sum = 0;
	int rc = shmbox_borrow(id, &borrowed);

	if (rc < 0)
		return rc;
	rc = shmbox_walk(&borrowed, &job, take, &sum);
	shmbox_detach(&borrowed);
	return rc;
}

static bool is_stopped(pid_t pid)
{
	char path[32];
	char text[64] = "";
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	assert(fd >= 0 && read(fd, text, sizeof(text) - 1) > 0);
	close(fd);
	return strstr(text, ") t ") != NULL;
}

/* None stays stopped; a thread goes on a moment after it was let go. */
static int freezes(void)
{
	int rc = shmbox_freeze(&map);

	assert(rc < 0 || (is_stopped(holder) && is_stopped(attacher)));
	shmbox_thaw(&map);
	while (is_stopped(holder) || is_stopped(attacher))
		usleep(1000);
	return rc;
}

const struct trial trials[] = {
	{ "list", lists, false },
	{ "list_counted", lists_counted, false },
	{ "holders", finds_holders, false },
	{ "all_holders", finds_all_holders, false },
	{ "held_by", finds_what_is_held, false },
	{ "namespaces", finds_namespaces, false },
	{ "limits", knows_limits, false },
	{ "fopen", streams, false },
	{ "walk", walks, false },
	{ "digest", digests, false },
	{ "copy", copies, false },
	{ "dump", dumps, false },
	{ "restore", restores, false },
	{ "receive", receives, false },
	{ "receive_sparsely", receives_sparsely, false },
	{ "receive_much", receives_much, false },
	{ "send", sends, false },
	{ "read", reads_and_wipes, false },
	{ "borrow", borrows, true },
	{ "freeze", freezes, true },
};
const size_t trial_count = sizeof(trials) / sizeof(*trials);
