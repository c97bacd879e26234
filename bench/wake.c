/* SPDX-License-Identifier: MIT */
/*
 * wake.c - how long after a value was written somebody who waits for it has seen it
 * usage: wake KEY COMMAND [ARG]..
 *
 * COMMAND waits until the u32 at 0 of the segment with this key is 1, and then prints
 * something. Once it has waited for a while, 1 is written, and whoever sleeps there is
 * woken. Prints the nanoseconds from just before that until the first byte of output.
 */

#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <shmbox/shmbox.h>

static const struct shmbox_field field = { .width = 4, .count = 1 };

static int64_t now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

static void put(const struct shmbox_map *map, uint64_t value)
{
	if (shmbox_field_update(map, &field, SHMBOX_SET, &value, NULL, NULL) < 0)
		errx(1, "cannot write");
}

/* Long enough for intervals to grow, and never in step with them. */
static void let_wait(void)
{
	unsigned short chance = 0;

	if (getrandom(&chance, sizeof(chance), 0) < 0)
		err(1, "getrandom");
	usleep(200000 + chance % 50000);
}

int main(int argc, char **argv)
{
	struct shmbox_ref ref = { .by_key = true };
	struct shmbox_map map;
	int ends[2];
	char byte;
	int status = 0;

	if (argc < 3)
		errx(2, "usage: wake KEY COMMAND [ARG]..");
	ref.key = (key_t)strtol(argv[1], NULL, 0);
	if (shmbox_attach(shmbox_lookup(ref), 0, &map) < 0 || pipe(ends) < 0)
		errx(1, "%s: no segment", argv[1]);
	put(&map, 0);

	pid_t pid = fork();

	if (pid == 0) {
		dup2(ends[1], STDOUT_FILENO);
		close(ends[0]);
		close(ends[1]);
		execvp(argv[2], argv + 2);
		_exit(127);
	}
	close(ends[1]);
	let_wait();

	int64_t start = now();

	put(&map, 1);
	if (read(ends[0], &byte, 1) != 1)
		errx(1, "%s: no output", argv[2]);

	int64_t took = now() - start;

	if (waitpid(pid, &status, 0) < 0 || status != 0)
		errx(1, "%s: failed", argv[2]);
	printf("%lld\n", (long long)took);
	return 0;
}
