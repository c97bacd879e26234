/* SPDX-License-Identifier: MIT */
/* continued.c - jobs that end early and are continued; files with holes */

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "api.h"

/* Sends what is left of the range while there is room, and reads it from the pipe. */
static void send_in_turns(const struct shmbox_map *map, int flags, int error)
{
	struct reader reader = { .bytes = malloc(MUCH + 1) };
	struct shmbox_job job = { .length = MUCH, .flags = SHMBOX_NO_RETRY };
	int ends[2];
	int turns = 0;
	int rc;

	assert(reader.bytes && open_pipe(ends, flags));
	reader.fd = ends[0];
	job.fd = ends[1];
	while ((rc = shmbox_send(map, &job)) == error) {
		struct pollfd more = { .fd = ends[0], .events = POLLIN };

		job.offset += job.done;
		job.length -= job.done;
		for (turns++; poll(&more, 1, 0) > 0;) {
			ssize_t got = read(ends[0], reader.bytes + reader.length,
			                   MUCH + 1 - reader.length);

			assert(got > 0);
			reader.length += (size_t)got;
		}
		assert(reader.length == job.offset);
	}
	assert(rc == 0 && turns > 1);
	close(ends[1]);
	read_all(&reader);
	close(ends[0]);
	assert(reader.length == MUCH && is_pattern(reader.bytes, 0, MUCH));
	free(reader.bytes);
}

/* Zeros and other bytes in turn, in pieces of no round length. */
static char striped(uint64_t place)
{
	return place / 10007 % 2 ? 0 : pattern(place);
}

/* Writes as much as fits into the pipe, and takes it from there in as many jobs as it takes. */
static void receive_in_turns(const struct shmbox_map *map, unsigned flags)
{
	struct shmbox_job job = { .length = MUCH, .flags = SHMBOX_NO_RETRY | flags };
	char *bytes = malloc(MUCH);
	uint64_t sent = 0;
	int turns = 0;
	int ends[2];
	int rc;

	assert(bytes && open_pipe(ends, O_NONBLOCK));
	for (uint64_t i = 0; i < MUCH; i++)
		bytes[i] = striped(i);
	job.fd = ends[0];
	while ((rc = shmbox_receive(map, &job)) == -EAGAIN) {
		ssize_t put = write(ends[1], bytes + sent, MUCH - sent);

		turns++;
		job.offset += job.done;
		job.length -= job.done;
		assert(put > 0 && job.offset == sent);
		sent += (uint64_t)put;
	}
	assert(rc == 0 && turns > 1);
	close(ends[0]);
	close(ends[1]);
	free(bytes);
	bytes = content(map);
	for (uint64_t i = 0; i < MUCH; i++)
		assert(bytes[i] == striped(i));
	free(bytes);
}

/* A file with a hole between the stripes is received although each piece ends the job. */
static void receive_piece_by_piece(const struct shmbox_map *map, unsigned flags)
{
	enum { HOLE = 1000003, HOLE_END = 3000017 };
	struct ending ending = { .at = 1 };
	struct shmbox_job job = {
		.length = MUCH, .flags = flags, .progress = end_it, .context = &ending
	};
	char *bytes = malloc(MUCH);
	int rc = 42;

	assert(bytes);
	job.fd = temporary();
	for (uint64_t i = 0; i < MUCH; i++)
		bytes[i] = i < HOLE || i >= HOLE_END ? striped(i) : 0;
	assert(pwrite(job.fd, bytes, HOLE, 0) == HOLE);
	assert(pwrite(job.fd, bytes + HOLE_END, MUCH - HOLE_END, HOLE_END) ==
	       MUCH - HOLE_END);
	while (job.length > 0) {
		assert(rc == 42);
		ending.calls = 0;
		rc = shmbox_receive(map, &job);
		assert(job.done > 0);
		job.offset += job.done;
		job.length -= job.done;
		assert(lseek(job.fd, 0, SEEK_CUR) == (off_t)job.offset);
	}
	close(job.fd);
	assert(shmbox_read(map, 0, bytes, MUCH) == MUCH);
	for (uint64_t i = 0; i < MUCH; i++)
		assert(bytes[i] == (i < HOLE || i >= HOLE_END ? striped(i) : 0));
	free(bytes);
}

static void continues_jobs(void)
{
	int id = make(MUCH);
	struct shmbox_map map = attach(id);

	fill(&map, 0, MUCH);
	send_in_turns(&map, O_NONBLOCK, -EAGAIN);
	be_interrupted(true);
	send_in_turns(&map, 0, -EINTR);
	be_interrupted(false);
	for (unsigned flags = 0; flags <= SHMBOX_SPARSE; flags += SHMBOX_SPARSE) {
		fill(&map, 0, MUCH);
		receive_in_turns(&map, flags);
		fill(&map, 0, MUCH);
		receive_piece_by_piece(&map, flags);
	}
	shmbox_detach(&map);
	destroy(id);
}

static void receives_sparsely(void)
{
	uint64_t page = (uint64_t)sysconf(_SC_PAGESIZE);
	int id = make(16 * page);
	struct shmbox_map map = attach(id);
	int file = temporary();
	struct shmbox_job job = { .length = map.size,
		                  .fd = file,
		                  .flags = SHMBOX_SPARSE };
	char *bytes;

	fill(&map, 0, map.size);
	assert(ftruncate(file, (off_t)map.size) == 0);
	assert(pwrite(file, "x", 1, (off_t)(3 * page)) == 1);
	assert(shmbox_receive(&map, &job) == 0 && job.done == map.size);
	assert(job.how & SHMBOX_BY_RELEASE);
	assert(resident(id) == (int64_t)page);
	bytes = content(&map);
	assert(bytes[3 * page] == 'x');
	bytes[3 * page] = 0;
	assert(is_zero(bytes, map.size));
	free(bytes);
	close(file);
	shmbox_detach(&map);
	destroy(id);
}

const struct test continued_tests[] = {
	{ TEST(continues_jobs) },
	{ TEST(receives_sparsely) },
	{ 0 },
};
