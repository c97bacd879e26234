/* SPDX-License-Identifier: MIT */
/*
 * library.c - one operation of libshmbox, many times, for bench/run.sh
 * usage: library [--floor] OPERATION SIZE COUNT [KEY]
 *
 * Prints how many nanoseconds one OPERATION took on average:
 *   allocate  a segment is made and removed
 *   full      it is read from end to end through a buffer of 64 KiB
 *   into      it is read in one piece, into memory that is allocated before
 *   chunk     it is read in one piece, into memory that is allocated for that
 *
 * With --floor bare system calls do the same. The last three read the segment with KEY. Without KEY they do what the benchmark of
 * ghetzel/shmtool does: a segment of their own is made, gets its pages, is read COUNT
 * times and removed, and all of that counts.
 */

#include <err.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <shmbox/shmbox.h>

#include "library.h"

int64_t now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

/* Passes on what is no error. */
static int64_t checked(enum shmbox_op op, int64_t rc)
{
	if (rc < 0)
		errx(1, "%s", shmbox_strerror(op, (int)rc));
	return rc;
}

static int make(uint64_t size)
{
	struct shmbox_spec spec = { .size = size, .mode = 0600 };

	return (int)checked(SHMBOX_CREATE, shmbox_create(&spec));
}

static void allocate(int id, uint64_t size)
{
	(void)id;
	checked(SHMBOX_REMOVE, shmbox_remove(make(size)));
}

/* What was read has to be what is there: outside of what is measured. */
static void compare(const struct shmbox_map *map, uint64_t offset, const char *bytes,
                    size_t length)
{
	if (memcmp(bytes, (const char *)map->address + offset, length) != 0)
		errx(1, "wrong bytes at %" PRIu64, offset);
}

static void full(int id, uint64_t size)
{
	static char buffer[BUFFER_SIZE];
	struct shmbox_map map;
	uint64_t offset = 0;
	int64_t got = 0;

	checked(SHMBOX_ATTACH, shmbox_attach(id, SHMBOX_READ_ONLY, &map));
	while ((got = checked(SHMBOX_READ,
	                      shmbox_read(&map, offset, buffer, sizeof(buffer)))) > 0)
		offset += (uint64_t)got;
	checked(SHMBOX_ATTACH, shmbox_detach(&map));
	if (offset != size)
		errx(1, "%" PRIu64 " of %" PRIu64 " bytes read", offset, size);
}

char *memory_for(uint64_t size)
{
	char *bytes = malloc(size);

	if (!bytes)
		err(1, "malloc");
	return bytes;
}

static void read_at_once(int id, uint64_t size, char *bytes)
{
	struct shmbox_map map;

	checked(SHMBOX_ATTACH, shmbox_attach(id, SHMBOX_READ_ONLY, &map));
	if (checked(SHMBOX_READ, shmbox_read(&map, 0, bytes, size)) != (int64_t)size)
		errx(1, "not all was read");
	checked(SHMBOX_ATTACH, shmbox_detach(&map));
}

static void chunk(int id, uint64_t size)
{
	char *bytes = memory_for(size);

	read_at_once(id, size, bytes);
	free(bytes);
}

char *allocated; /* for the operation "into", and touched before it is measured */

static void into(int id, uint64_t size)
{
	read_at_once(id, size, allocated);
}

/* A byte in each page. */
static void touch(int id)
{
	struct shmbox_map map;

	checked(SHMBOX_ATTACH, shmbox_attach(id, 0, &map));
	for (uint64_t offset = 0; offset < map.size; offset += PAGE)
		((volatile char *)map.address)[offset] = 1;
	checked(SHMBOX_ATTACH, shmbox_detach(&map));
}

/* Read in pieces that begin and end within pages, and compared. */
static void verify(int id)
{
	static char buffer[BUFFER_SIZE - 1];
	struct shmbox_map map;
	int64_t got = 0;

	checked(SHMBOX_ATTACH, shmbox_attach(id, SHMBOX_READ_ONLY, &map));
	for (uint64_t offset = 0;; offset += (uint64_t)got) {
		got = checked(SHMBOX_READ,
		              shmbox_read(&map, offset, buffer, sizeof(buffer)));
		if (got == 0)
			break;
		compare(&map, offset, buffer, (size_t)got);
	}
	checked(SHMBOX_ATTACH, shmbox_detach(&map));
}

static const struct operation {
	const char *name;
	void (*run)(int id, uint64_t size);
	void (*floor)(int id, uint64_t size);
	bool reads;
} operations[] = {
	{ "allocate", allocate, floor_allocate, false },
	{ "full", full, floor_full, true },
	{ "into", into, floor_into, true },
	{ "chunk", chunk, floor_chunk, true },
};

static const struct operation *find(const char *name)
{
	for (size_t i = 0; i < sizeof(operations) / sizeof(*operations); i++)
		if (strcmp(operations[i].name, name) == 0)
			return &operations[i];
	errx(2, "%s: no such operation", name);
}

int main(int argc, char **argv)
{
	bool is_floor = argc > 1 && strcmp(argv[1], "--floor") == 0;

	argc -= is_floor;
	argv += is_floor;
	if (argc != 4 && argc != 5)
		errx(2, "usage: library [--floor] OPERATION SIZE COUNT [KEY]");

	const struct operation *operation = find(argv[1]);
	uint64_t size = strtoull(argv[2], NULL, 10);
	long count = strtol(argv[3], NULL, 10);
	bool own = operation->reads && argc == 4;
	void (*run)(int, uint64_t) = is_floor ? operation->floor : operation->run;
	int id = 0;

	allocated = memory_for(size);
	memset(allocated, 1, run == into || run == floor_into ? size : 1);
	if (is_floor && operation->reads)
		floor_choose(operation->floor, size);
	if (operation->reads && !own) {
		struct shmbox_ref ref = { .by_key = true,
			                  .key = (key_t)strtol(argv[4], NULL, 10) };

		id = (int)checked(SHMBOX_LOOKUP, shmbox_lookup(ref));
	}

	int64_t start = now();

	if (own) {
		id = make(size);
		touch(id);
	}
	for (long i = 0; i < count; i++)
		run(id, size);
	if (own)
		checked(SHMBOX_REMOVE, shmbox_remove(id));

	int64_t took = now() - start;

	if (operation->reads && !own && size <= (1 << 20))
		verify(id);
	printf("%.1f\n", (double)took / (double)count);
	return fclose(stdout) ? 1 : 0;
}
