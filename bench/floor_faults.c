/* SPDX-License-Identifier: MIT */
/*
 * floor_faults.c - what a page of shared memory costs on this machine
 * usage: floor_faults MIB
 *
 * Prints the microseconds a page: at the first access through a mapping, if the page is in
 * memory; if MADV_POPULATE_WRITE provides a new page; at the first access after that.
 */

#include <stdio.h>
#include <sys/mman.h>
#include <time.h>

#include "floor.h"

enum { PAGE = 4096, POPULATE_WRITE = 23 };

static double now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec * 1e6 + (double)time.tv_nsec / 1e3;
}

/* Returns the microseconds that an access to each page takes. */
static double touch(char *address, size_t size)
{
	double start = now();

	for (size_t at = 0; at < size; at += PAGE)
		(void)*(volatile char *)(address + at);
	return now() - start;
}

int main(int argc, char **argv)
{
	size_t size = argc > 1 ? strtoul(argv[1], NULL, 10) << 20 : 0;
	double pages = (double)(size / PAGE);
	int id = shmget(IPC_PRIVATE, size, 0600);
	char *address = shmat(id, NULL, 0);
	double start;
	double populated = 0;
	double after;
	double first;

	shmctl(id, IPC_RMID, NULL);
	if (address == (char *)-1)
		failed("no segment");
	start = now();
	if (madvise(address, size, POPULATE_WRITE) == 0)
		populated = now() - start;
	after = touch(address, size);
	/* the pages stay in memory, but leave our page tables */
	madvise(address, size, MADV_DONTNEED);
	first = touch(address, size);
	printf("%.2f %.2f %.2f\n", first / pages, populated / pages, after / pages);
	return 0;
}
