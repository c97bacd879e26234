/* SPDX-License-Identifier: MIT */
/* ranges.c - ranges are wiped, walked, compared and digested */

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "api.h"

static void what_is_read_only_stays_as_it_is(void)
{
	int id = make(SIZE);
	int file = temporary();
	struct shmbox_job job = { .length = 4, .fd = file };
	struct shmbox_map map;

	assert(write(file, "abcd", 4) == 4 && lseek(file, 0, SEEK_SET) == 0);
	assert(shmbox_attach(id, SHMBOX_READ_ONLY, &map) == 0);
	assert(shmbox_receive(&map, &job) == -EACCES && job.done == 0);
	assert(lseek(file, 0, SEEK_CUR) == 0);
	assert(shmbox_wipe(&map, &job) == -EACCES && job.done == 0);
	job.flags = SHMBOX_RELEASE;
	assert(shmbox_wipe(&map, &job) == -EACCES && job.done == 0);
	job.flags = 0;
	assert(shmbox_populate(&map, &job) == 0 && job.done == 4);
	close(file);
	shmbox_detach(&map);
	destroy(id);
}

static void wipes(void)
{
	uint64_t page = (uint64_t)sysconf(_SC_PAGESIZE);
	int id = make(8 * page);
	struct shmbox_map map = attach(id);
	struct shmbox_job job = { .offset = 100, .length = 3 * page };
	char *bytes;

	fill(&map, 0, map.size);
	assert(shmbox_wipe(&map, &job) == 0 && job.done == 3 * page);
	assert(!(job.how & SHMBOX_BY_RELEASE) && resident(id) == (int64_t)map.size);
	bytes = content(&map);
	assert(is_pattern(bytes, 0, 100) && is_zero(bytes + 100, 3 * page));
	assert(is_pattern(bytes + 100 + 3 * page, 100 + 3 * page, 5 * page - 100));
	free(bytes);

	fill(&map, 0, map.size);
	job.flags = SHMBOX_RELEASE;
	assert(shmbox_wipe(&map, &job) == 0 && job.done == 3 * page);
	assert(job.how & SHMBOX_BY_RELEASE && resident(id) == (int64_t)(6 * page));
	bytes = content(&map);
	assert(is_pattern(bytes, 0, 100) && is_zero(bytes + 100, 3 * page));
	assert(is_pattern(bytes + 100 + 3 * page, 100 + 3 * page, 5 * page - 100));
	free(bytes);

	/* where the last page is full, that is all */
	job = (struct shmbox_job){ .length = map.size, .flags = SHMBOX_SLACK };
	assert(shmbox_wipe(&map, &job) == 0 && job.done == map.size);

	job = (struct shmbox_job){ .offset = 1, .length = map.size };
	assert(shmbox_wipe(&map, &job) == -ERANGE && job.done == 0);
	job = (struct shmbox_job){ .offset = map.size };
	assert(shmbox_wipe(&map, &job) == 0 && job.done == 0);
	shmbox_detach(&map);
	destroy(id);
}

static void walks(void)
{
	uint64_t page = (uint64_t)sysconf(_SC_PAGESIZE);
	int id = make(1000 * page + 5);
	struct shmbox_map map = attach(id);
	struct shmbox_job job = { .offset = 3, .length = map.size - 3 };
	struct steps steps = { .place = 3 };

	fill(&map, 0, 100 * page);
	fill(&map, 1000 * page, 5);
	assert(shmbox_walk(&map, &job, step, &steps) == 0);
	assert(job.done == map.size - 3 && steps.place == map.size);
	/* with swap on, they may be unknown */
	assert(steps.holes == 900 * page || steps.holes == 0);
	assert(!(job.how & SHMBOX_BY_SEEK) || steps.holes == 900 * page);
	assert(!steps.holes || resident(id) == (int64_t)(101 * page));

	steps = (struct steps){ .place = 3, .stop_at = 2 };
	assert(shmbox_walk(&map, &job, step, &steps) == 42 && steps.calls == 2);
	/* what was refused is not done, be it bytes or a hole */
	assert(steps.last > 0 && job.done == steps.place - 3 - steps.last);
	steps = (struct steps){ .place = 3, .stop_at = 1 };
	assert(shmbox_walk(&map, &job, step, &steps) == 42 && job.done == 0);
	steps = (struct steps){ .place = 200 * page, .stop_at = 1 };
	job.offset = 200 * page;
	job.length = 700 * page;
	assert(shmbox_walk(&map, &job, step, &steps) == 42 && job.done == 0);
	job.offset = 3;
	job.length = map.size - 3;
	steps = (struct steps){ 0 };
	job.length++;
	assert(shmbox_walk(&map, &job, step, &steps) == -ERANGE && steps.calls == 0);
	job.length = 0;
	assert(shmbox_walk(&map, &job, step, &steps) == 0 && steps.calls == 0);
	shmbox_detach(&map);
	destroy(id);
}

/* Nothing of the library's is in the place of a standard stream that is closed. */
static int sees_it_closed(void *context)
{
	const int *stream = context;

	assert(fcntl(*stream, F_GETFD) < 0 && errno == EBADF);
	return 0;
}

static int sees_it_closed_too(void *data, const void *bytes, uint64_t length)
{
	assert(!bytes || length);
	sees_it_closed(data);
	return 0;
}

/* All that takes long is done while this standard stream is closed. */
static void works_without(int stream, const struct shmbox_map *map, int file)
{
	struct shmbox_job job = { .length = MUCH,
		                  .progress = sees_it_closed,
		                  .context = &stream };
	char *bytes;

	assert(lseek(file, 0, SEEK_SET) == 0);
	job.fd = file;
	assert(shmbox_send(map, &job) == 0 && job.done == MUCH);
	assert(shmbox_walk(map, &job, sees_it_closed_too, &stream) == 0);
	assert(job.done == MUCH);
	job.fd = stream;
	assert(shmbox_send(map, &job) == -EBADF && job.done == 0);
	assert(shmbox_receive(map, &job) == -EBADF && job.done == 0);
	job.flags = SHMBOX_SPARSE;
	assert(shmbox_receive(map, &job) == -EBADF && job.done == 0);
	bytes = content(map);
	assert(is_pattern(bytes, 0, MUCH));
	free(bytes);
	sees_it_closed(&stream);

	job.flags = 0;
	assert(shmbox_wipe(map, &job) == 0 && job.done == MUCH);
	assert(lseek(file, 0, SEEK_SET) == 0);
	job.fd = file;
	assert(shmbox_receive(map, &job) == 0 && job.done == MUCH);
	sees_it_closed(&stream);
}

static void leaves_closed_streams_closed(void)
{
	int id = make(MUCH);
	struct shmbox_map map = attach(id);
	int file = temporary();

	fill(&map, 0, MUCH);
	for (int stream = STDIN_FILENO; stream <= STDERR_FILENO; stream++) {
		int kept = fcntl(stream, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);

		assert(kept > STDERR_FILENO && close(stream) == 0);
		works_without(stream, &map, file);
		assert(dup2(kept, stream) == stream && close(kept) == 0);
	}
	close(file);
	shmbox_detach(&map);
	destroy(id);
}

/* What came to be, went, or moved since, anywhere in the range, is seen. */
static void compares(void)
{
	static const uint64_t places[] = { 0, 4095, 4096, MUCH / 2, MUCH - 1 };
	int id = make(MUCH);
	struct shmbox_map map = attach(id);
	struct shmbox_job job = { .length = MUCH };
	struct shmbox_map copy;

	assert(shmbox_blank(&map, &copy) == 0);
	job.fd = copy.copy;
	assert(shmbox_compare(&map, &job) == 0);
	for (size_t i = 0; i < sizeof(places) / sizeof(*places); i++) {
		assert(shmbox_write(&map, places[i], "x", 1) == 1);
		assert(shmbox_compare(&map, &job) == -EAGAIN);
		assert(shmbox_copy(&map, &job) == 0 && job.done == MUCH);
		assert(shmbox_compare(&map, &job) == 0 && job.done == MUCH);
	}
	job.flags = SHMBOX_RELEASE;
	assert(shmbox_wipe(&map, &job) == 0);
	assert(shmbox_compare(&map, &job) == -EAGAIN);
	job.offset = 4097;
	job.length = 10;
	assert(shmbox_compare(&map, &job) == -EAGAIN);
	job.length = MUCH;
	assert(shmbox_compare(&map, &job) == -ERANGE);
	assert(shmbox_copy(&map, &job) == -ERANGE);
	shmbox_detach(&copy);
	shmbox_detach(&map);
	destroy(id);
}

static uint64_t digest_of(const struct shmbox_map *map, uint64_t offset, uint64_t length)
{
	uint64_t digest = 0;
	int rc = shmbox_digest(map, offset, length, &digest);

	assert(rc == 0);
	return digest;
}

static void digests(void)
{
	enum { LARGE = 300000 };
	char byte = 1;
	char zero = 0;
	int id = make(LARGE);
	struct shmbox_map map = attach(id);

	/* every byte counts, holes are zeros, and what is outside does not count */
	for (uint64_t offset = 0; offset < 16; offset += 3) {
		uint64_t length = LARGE - 32 + offset % 5;
		uint64_t before = digest_of(&map, offset, length);

		for (uint64_t at = 0; at < LARGE;
		     at += at < 100 || at > LARGE - 100 ? 1 : 65521) {
			bool inside = at >= offset && at < offset + length;

			shmbox_write(&map, at, &byte, 1);
			assert((digest_of(&map, offset, length) != before) == inside);
			shmbox_write(&map, at, &zero, 1);
			assert(digest_of(&map, offset, length) == before);
		}
		shmbox_wipe(&map, &(struct shmbox_job){ .length = LARGE,
		                                        .flags = SHMBOX_RELEASE });
	}
	assert(shmbox_digest(&map, LARGE, 1, &(uint64_t){ 0 }) == -ERANGE);
	shmbox_detach(&map);
	destroy(id);
}

const struct test ranges_tests[] = {
	{ TEST(what_is_read_only_stays_as_it_is) },
	{ TEST(wipes) },
	{ TEST(walks) },
	{ TEST(digests) },
	{ TEST(leaves_closed_streams_closed) },
	{ TEST(compares) },
	{ 0 },
};
