/* SPDX-License-Identifier: MIT */
/*
 * shapes.c - a program that holds a segment through mappings of an unusual shape, for shapes.bats
 *
 * usage: shapes SHAPE ID, which says "held" when the mappings are as they are to be. The
 * segment has at least 8 pages.
 */

#undef NDEBUG
#define _GNU_SOURCE
#include <assert.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/shm.h>
#include <unistd.h>

static char *at;
static size_t page;
static size_t length; /* whole pages */

static void whole(void)
{
}

static void head_gone(void)
{
	assert(munmap(at, 2 * page) == 0);
}

static void tail_gone(void)
{
	assert(munmap(at + length - 3 * page, 3 * page) == 0);
}

static void hole(void)
{
	assert(munmap(at + 3 * page, 2 * page) == 0);
}

static void split(void)
{
	assert(mprotect(at + 3 * page, 2 * page, PROT_READ) == 0);
}

static void moved(void)
{
	void *there = mmap(NULL, length, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	assert(there != MAP_FAILED);
	assert(mremap(at, length, length, MREMAP_MAYMOVE | MREMAP_FIXED, there) == there);
}

static void grown(void)
{
	assert(mremap(at, length, 2 * length, MREMAP_MAYMOVE) != MAP_FAILED);
}

static void shrunk(void)
{
	assert(mremap(at, length, length - 3 * page, 0) == at);
}

/* Two pages of the middle are seen at the beginning. */
static void remapped(void)
{
	assert(remap_file_pages(at, 2 * page, 0, 5, 0) == 0);
}

static void forked(void)
{
	assert(fork() >= 0);
}

static void closed(void)
{
	assert(mprotect(at, length, PROT_NONE) == 0);
}

int main(int argc, char **argv)
{
	static const struct {
		const char *name;
		void (*make)(void);
	} shapes[] = {
		{ "whole", whole },         { "head-gone", head_gone },
		{ "tail-gone", tail_gone }, { "hole", hole },
		{ "split", split },         { "moved", moved },
		{ "grown", grown },         { "shrunk", shrunk },
		{ "remapped", remapped },   { "forked", forked },
		{ "closed", closed },
	};
	const size_t count = sizeof(shapes) / sizeof(*shapes);
	struct shmid_ds ds;
	size_t nth = 0;

	assert(argc == 3);
	page = (size_t)sysconf(_SC_PAGESIZE);
	at = shmat(atoi(argv[2]), NULL, 0);
	assert((intptr_t)at != -1);
	assert(shmctl(atoi(argv[2]), IPC_STAT, &ds) == 0);
	length = (ds.shm_segsz + page - 1) / page * page;
	while (nth < count && strcmp(argv[1], shapes[nth].name) != 0)
		nth++;
	assert(nth < count);
	shapes[nth].make();
	puts("held"); /* a child says it with its own words: both hold it by then */
	fflush(stdout);
	for (;;)
		pause();
}
