/* SPDX-License-Identifier: MIT */
/*
 * floor.c - the floors of the rows about small things
 * usage: floor create | read | write FILE | remove ID.. | wait
 *
 * The segment has key 1. See floor.h for what a floor is.
 */

#include <linux/futex.h>
#include <sys/syscall.h>

#include "floor.h"

enum { SIZE = 4096 }; /* bytes */

static void print(uint64_t value)
{
	char text[24];
	char *end = text + sizeof(text);
	char *begin;

	*--end = '\n';
	begin = number(end, value, 10);
	if (write(1, begin, (size_t)(end + 1 - begin)) < 0)
		failed("write");
}

static void create(void)
{
	int id = shmget(IPC_PRIVATE, SIZE, 0600);

	if (id < 0)
		failed("shmget");
	print((uint64_t)id);
}

static void read_segment(void)
{
	struct segment segment = attach(shmget(1, 0, 0), SHM_RDONLY);

	if (write(1, segment.address, segment.size) != (ssize_t)segment.size)
		failed("write");
}

static void write_segment(const char *path)
{
	struct segment segment = attach(shmget(1, 0, 0), 0);
	int file = open(path, O_RDONLY | O_CLOEXEC);

	if (read(file, segment.address, segment.size) != (ssize_t)segment.size)
		failed("read");
}

static void remove_all(char **ids)
{
	for (; *ids; ids++) {
		if (shmctl((int)strtol(*ids, NULL, 10), IPC_RMID, NULL) < 0)
			failed("shmctl");
	}
}

/* Waits until the first word is 1. */
static void wait_for_one(void)
{
	struct segment segment = attach(shmget(1, 0, 0), SHM_RDONLY);
	volatile uint32_t *word = (volatile uint32_t *)(void *)segment.address;
	uint32_t seen;

	while ((seen = *word) != 1)
		syscall(SYS_futex, word, FUTEX_WAIT, seen, NULL, NULL, 0);
	print(seen);
}

int main(int argc, char **argv)
{
	const char *job = argc > 1 ? argv[1] : "";

	if (strcmp(job, "create") == 0)
		create();
	else if (strcmp(job, "read") == 0)
		read_segment();
	else if (strcmp(job, "write") == 0 && argc > 2)
		write_segment(argv[2]);
	else if (strcmp(job, "remove") == 0)
		remove_all(argv + 2);
	else if (strcmp(job, "wait") == 0)
		wait_for_one();
	else
		return 2;
	return 0;
}
