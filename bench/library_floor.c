/* SPDX-License-Identifier: MIT */
/*
 * library_floor.c - the operations of library.c by bare system calls
 *
 * There are several ways to read a segment. Which one is the fastest depends on the
 * machine, on the size, and on what is allowed: see floor_choose().
 */

#include <err.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/shm.h>
#include <sys/uio.h>
#include <unistd.h>

#include "library.h"

enum { POPULATE_READ = 22 };                  /* of madvise(2), Linux 5.14 */
enum { TRIES = 5, LARGEST_TRIED = 16777216 }; /* bytes */

/* A way reads length bytes at offset. file is what open_for() returned. */
struct way {
	ssize_t (*read)(char *to, const char *address, uint64_t offset, size_t length,
	                int file);
	int (*open_for)(const char *address, uint64_t size);
};

static ssize_t by_access(char *to, const char *address, uint64_t offset, size_t length,
                         int file)
{
	(void)file;
	memcpy(to, address + offset, length);
	return (ssize_t)length;
}

static ssize_t by_populate(char *to, const char *address, uint64_t offset, size_t length,
                           int file)
{
	uint64_t page = offset & ~(uint64_t)(PAGE - 1);

	madvise((char *)address + page, offset + length - page, POPULATE_READ);
	return by_access(to, address, offset, length, file);
}

static ssize_t by_process_vm(char *to, const char *address, uint64_t offset,
                             size_t length, int file)
{
	struct iovec into = { .iov_base = to, .iov_len = length };
	struct iovec from = { .iov_base = (char *)address + offset, .iov_len = length };

	(void)file;
	return process_vm_readv(getpid(), &into, 1, &from, 1, 0);
}

static ssize_t by_memory(char *to, const char *address, uint64_t offset, size_t length,
                         int file)
{
	return pread(file, to, length, (off_t)((uintptr_t)address + offset));
}

static ssize_t by_file(char *to, const char *address, uint64_t offset, size_t length,
                       int file)
{
	(void)address;
	return pread(file, to, length, (off_t)offset);
}

static int no_file(const char *address, uint64_t size)
{
	(void)address;
	(void)size;
	return 0;
}

static int open_memory(const char *address, uint64_t size)
{
	(void)address;
	(void)size;
	return open("/proc/self/mem", O_RDONLY | O_CLOEXEC);
}

static int open_file(const char *address, uint64_t size)
{
	uintptr_t first = (uintptr_t)address;
	char path[80];

	snprintf(path, sizeof(path), "/proc/self/map_files/%lx-%lx", (unsigned long)first,
	         (unsigned long)(first + ((size + PAGE - 1) & ~(uint64_t)(PAGE - 1))));
	return open(path, O_RDONLY | O_CLOEXEC);
}

static const struct way ways[] = {
	{ by_access, no_file },     { by_populate, no_file }, { by_process_vm, no_file },
	{ by_memory, open_memory }, { by_file, open_file },
};

static const struct way *way = ways;

/* ---- the operations ---- */

void floor_allocate(int id, uint64_t size)
{
	(void)id;
	shmctl(shmget(IPC_PRIVATE, size, 0600), IPC_RMID, NULL);
}

/* Reads all in pieces: to the same place, or one after the other. Returns success. */
static bool read_all(int id, uint64_t size, size_t piece, char *to, bool same)
{
	char *address = shmat(id, NULL, SHM_RDONLY);
	int file = way->open_for(address, size);
	uint64_t offset = 0;

	while (file >= 0 && offset < size) {
		size_t length = size - offset < piece ? size - offset : piece;
		ssize_t got = way->read(to, address, offset, length, file);

		if (got <= 0)
			break;
		offset += (uint64_t)got;
		to += same ? 0 : got;
	}
	if (file > 0)
		close(file);
	shmdt(address);
	return offset == size;
}

static void succeed(bool success)
{
	if (!success)
		errx(1, "the segment could not be read");
}

void floor_full(int id, uint64_t size)
{
	static char buffer[BUFFER_SIZE];

	succeed(read_all(id, size, BUFFER_SIZE, buffer, true));
}

void floor_into(int id, uint64_t size)
{
	succeed(read_all(id, size, size, allocated, false));
}

void floor_chunk(int id, uint64_t size)
{
	char *bytes = memory_for(size);

	succeed(read_all(id, size, size, bytes, false));
	free(bytes);
}

/* Returns the least nanoseconds of several tries, or -1 if this way is not possible. */
static int64_t try_way(void (*operation)(int id, uint64_t size), int id, uint64_t size)
{
	int64_t least = -1;

	if (!read_all(id, size < PAGE ? size : PAGE, PAGE, allocated, true))
		return -1;
	for (int i = 0; i < TRIES; i++) {
		int64_t start = now();

		operation(id, size);
		if (least < 0 || now() - start < least)
			least = now() - start;
	}
	return least;
}

void floor_choose(void (*operation)(int id, uint64_t size), uint64_t size)
{
	uint64_t tried = size < LARGEST_TRIED ? size : LARGEST_TRIED;
	int id = shmget(IPC_PRIVATE, tried, 0600);
	char *address = shmat(id, NULL, 0);
	const struct way *fastest = ways;
	int64_t least = -1;

	if (address == (char *)-1)
		err(1, "segment");
	memset(address, 1, tried);
	shmdt(address);
	for (size_t i = 0; i < sizeof(ways) / sizeof(*ways); i++) {
		int64_t took;

		way = &ways[i];
		took = try_way(operation, id, tried);
		if (took >= 0 && (least < 0 || took < least)) {
			least = took;
			fastest = way;
		}
	}
	way = fastest;
	shmctl(id, IPC_RMID, NULL);
}
