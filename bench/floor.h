/* SPDX-License-Identifier: MIT */
/*
 * floor.h - what the floors of ./dev bench share
 *
 * A floor does the job of a row with the fewest system calls that are known to do it, with
 * no checks and no options: a best possible tool costs that much on this machine. The
 * functions are static, so that a floor has only the code that it runs.
 */

#ifndef FLOOR_H
#define FLOOR_H

#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/shm.h>
#include <sys/stat.h>
#include <unistd.h>

/* A segment that is attached, and its file, if that can be opened. */
struct segment {
	char *address;
	uint64_t size;
	int file;
};

static inline void failed(const char *what)
{
	size_t length = strlen(what);

	_exit(write(2, what, length) == (ssize_t)length ? 1 : 2);
}

/* Writes a number in base 10 or 16 before end. Returns where it begins. */
static inline char *number(char *end, uint64_t value, unsigned base)
{
	do
		*--end = "0123456789abcdef"[value % base];
	while (value /= base);
	return end;
}

static inline struct segment attach(int id, int flags)
{
	struct shmid_ds ds;
	struct segment segment = { .file = -1 };

	if (shmctl(id, IPC_STAT, &ds) < 0)
		failed("no segment");
	segment.size = ds.shm_segsz;
	segment.address = shmat(id, NULL, flags);
	if (segment.address == (char *)-1)
		failed("shmat");
	return segment;
}

/* Opens the file of an attached segment, which requires a privilege. */
static inline void open_file(struct segment *segment, int flags)
{
	char path[64];
	char *end = path + sizeof(path) - 1;
	uintptr_t first = (uintptr_t)segment->address;

	*end = '\0';
	end = number(end, first + ((segment->size + 4095) & ~UINT64_C(4095)), 16);
	*--end = '-';
	end = number(end, first, 16) - 21;
	memcpy(end, "/proc/self/map_files/", 21);
	segment->file = open(end, flags | O_CLOEXEC);
	if (segment->file < 0)
		failed("map_files");
}

#endif
