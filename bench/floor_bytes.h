/* SPDX-License-Identifier: MIT */
/* floor_bytes.h - what the floors share that move the bytes of large segments */

#ifndef FLOOR_BYTES_H
#define FLOOR_BYTES_H

#include <stdbool.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/uio.h>

#include "floor.h"

enum { POPULATE_READ = 22, POPULATE_WRITE = 23 }; /* of madvise(2), Linux 5.14 */

/* Bytes. */
enum { BUFFER = 262144, WINDOW = 2097152, PIPE = 1048576, MOST = 1 << 30 };

static char buffer[BUFFER];

struct job {
	struct segment segment;
	int input;        /* what is received */
	int memory;       /* /proc/self/mem */
	int ends[2];      /* of a pipe of our own */
	uint64_t through; /* the window before this has been populated */
};

/* Moves some bytes. Returns how many. */
struct way {
	const char *name;
	ssize_t (*move)(struct job *job, uint64_t offset, uint64_t length);
	bool of_file; /* by way of the segment's file, which requires a privilege */
};

static inline uint64_t least(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

static inline const struct way *find_way(const struct way *ways, const char *name)
{
	while (ways->name && strcmp(ways->name, name) != 0)
		ways++;
	if (!ways->name)
		failed("no such way");
	return ways;
}

/* Provides the pages of a window, and gives up those of the last one. */
static inline uint64_t window(struct job *job, uint64_t offset, uint64_t length,
                              int advice)
{
	char *address = job->segment.address;
	uint64_t end = (offset & ~(uint64_t)(WINDOW - 1)) + WINDOW;

	length = least(length, end - offset);
	if (offset < job->through)
		return length;
	if (job->through >= WINDOW)
		madvise(address + job->through - WINDOW, WINDOW, MADV_DONTNEED);
	madvise(address + offset, length, advice);
	job->through = end;
	return length;
}

#endif
