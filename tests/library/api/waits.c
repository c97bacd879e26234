/* SPDX-License-Identifier: MIT */
/* waits.c - waits for the value of a field, or for the end of a segment */

#include <errno.h>
#include <limits.h>
#include <linux/futex.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "api.h"

static int is_two(void *data)
{
	static const struct shmbox_field field = { .width = 4, .offset = 8, .count = 1 };
	uint64_t number = 0;
	int rc = shmbox_field_load(data, &field, &number);

	return rc < 0 ? rc : number == 2 ? 5 : 0;
}

/* Whether a thread of ours sleeps in the kernel. */
static bool sleeps(pid_t thread)
{
	char name[64];
	char text[256];
	size_t length;
	FILE *file;

	snprintf(name, sizeof(name), "/proc/self/task/%d/stat", (int)thread);
	file = fopen(name, "re");
	assert(file);
	length = fread(text, 1, sizeof(text) - 1, file);
	fclose(file);
	text[length] = '\0';
	return strstr(text, ") S ") != NULL;
}

static void *poke_two(void *data)
{
	static const struct shmbox_field field = { .width = 4, .offset = 8, .count = 1 };
	const uint64_t two = 2;

	while (!sleeps(getpid()))
		usleep(1000);
	shmbox_field_update(data, &field, SHMBOX_SET, &two, NULL, NULL);
	return NULL;
}

static void waits(void)
{
	int id = make(SIZE);
	struct shmbox_map map = attach(id);
	struct shmbox_watch watch = {
		.look = is_two,
		.data = &map,
		.timeout = 20000000,
		.map = &map,
		.wakeable = true,
		.word = 8,
	};
	pthread_t thread;
	int rc = shmbox_wait(&watch);

	assert(rc == -ETIMEDOUT);
	watch.timeout = SHMBOX_FOREVER;
	pthread_create(&thread, NULL, poke_two, &map);
	rc = shmbox_wait(&watch);
	assert(rc == 5);
	pthread_join(thread, NULL);
	rc = shmbox_wake(&map, 8, 4, INT_MAX);
	assert(rc == 0);
	rc = shmbox_wake(&map, SIZE - 1, 2, INT_MAX);
	assert(rc == -ERANGE);
	rc = shmbox_wake(&map, 8, 4, 0);
	assert(rc == -EINVAL);
	rc = shmbox_wake(&map, 8, 4, -1);
	assert(rc == -EINVAL);
	shmbox_write(&map, 8, "1234", 4);
	rc = shmbox_remove(id);
	assert(rc == 1);
	/* it was marked before, and only we have it */
	rc = shmbox_wait(&watch);
	assert(rc == -ENOENT);
	rc = shmbox_field_exchange(&map, &(struct shmbox_field){ .width = 4, .count = 1 },
	                           &(struct shmbox_swap){ .expected = 1,
	                                                  .value = 0,
	                                                  .timeout = SHMBOX_FOREVER });
	assert(rc == -ENOENT);
	shmbox_detach(&map);
}

enum { ASLEEP = 16, MOVED = 24 };

static void *sleep_on_word(void *data)
{
	const struct shmbox_map *map = data;

	syscall(SYS_futex, (char *)map->address + ASLEEP, FUTEX_WAIT, 0, NULL, NULL, 0);
	return NULL;
}

/* The kernel moves two threads that sleep to another word, where they certainly sleep. */
static void wakes_as_many_as_asked(void)
{
	int id = make(SIZE);
	struct shmbox_map map = attach(id);
	pthread_t threads[2];
	long moved = 0;

	for (int i = 0; i < 2; i++)
		pthread_create(threads + i, NULL, sleep_on_word, &map);
	while (moved < 2) {
		long rc = syscall(SYS_futex, (char *)map.address + ASLEEP, FUTEX_REQUEUE,
		                  0, (void *)2, (char *)map.address + MOVED, 0);

		assert(rc >= 0);
		moved += rc;
		usleep(1000);
	}
	assert(shmbox_wake(&map, ASLEEP, 4, INT_MAX) == 0);
	assert(shmbox_wake(&map, MOVED, 4, 1) == 1);
	assert(shmbox_wake(&map, MOVED, 4, INT_MAX) == 1);
	for (int i = 0; i < 2; i++)
		pthread_join(threads[i], NULL);
	shmbox_detach(&map);
	destroy(id);
}

static void waits_for_nothing_unasked(void)
{
	int id = make(SIZE);
	struct shmbox_map map = attach(id);
	struct shmbox_watch watch = { 0 };
	int rc = shmbox_wait(&watch);

	assert(rc == -EINVAL);
	watch.look = is_two;
	watch.data = &map;
	rc = shmbox_wait(&watch);
	assert(rc == -ETIMEDOUT);
	watch.wakeable = true;
	rc = shmbox_wait(&watch);
	assert(rc == -EINVAL);
	watch.map = &map;
	rc = shmbox_wait(&watch);
	assert(rc == -ETIMEDOUT);
	watch.word = 2;
	rc = shmbox_wait(&watch);
	assert(rc == -EINVAL);
	watch.word = SIZE;
	rc = shmbox_wait(&watch);
	assert(rc == -EINVAL);
	watch.word = 0;
	watch.flags = ~0U;
	rc = shmbox_wait(&watch);
	assert(rc == -EINVAL);
	rc = shmbox_field_exchange(
		&map, &(struct shmbox_field){ .width = 4, .count = 1 },
		&(struct shmbox_swap){ .expected = 0, .value = 0, .flags = ~0U });
	assert(rc == -EINVAL);
	/* no removal ends a wait that has neither map nor info */
	rc = shmbox_remove(id);
	assert(rc == 1);
	watch = (struct shmbox_watch){ .look = is_two, .data = &map };
	rc = shmbox_wait(&watch);
	assert(rc == -ETIMEDOUT);
	shmbox_detach(&map);
}

/* How often a process has gone to sleep. */
static long sleeps_of(pid_t pid)
{
	char line[128];
	long count = 0;
	FILE *file;

	snprintf(line, sizeof(line), "/proc/%d/status", (int)pid);
	file = fopen(line, "re");
	assert(file);
	while (fgets(line, sizeof(line), file))
		sscanf(line, "voluntary_ctxt_switches: %ld", &count);
	fclose(file);
	return count;
}

/* Marks the segment while the other process waits, and writes 2 after it has looked again. */
static void mark_then_poke(const struct shmbox_map *map, pid_t other)
{
	static const struct shmbox_field field = { .width = 4, .offset = 8, .count = 1 };
	const uint64_t two = 2;
	long slept = sleeps_of(other) + 2;

	while (sleeps_of(other) < slept)
		usleep(1000);
	shmbox_remove(map->id);
	slept = sleeps_of(other) + 2;
	while (sleeps_of(other) < slept && kill(other, 0) == 0)
		usleep(1000);
	shmbox_field_update(map, &field, SHMBOX_SET, &two, NULL, NULL);
}

/* All have attached it, and one of them marks it, so that it goes with the last of them. */
static void waits_despite_a_mark(void)
{
	const struct shmbox_field field = { .width = 4, .offset = 8, .count = 1 };
	int id = make(SIZE);
	struct shmbox_map map = attach(id);
	pid_t parent = getpid();
	pid_t child = fork();
	int status;
	int rc;

	if (child == 0) {
		mark_then_poke(&map, parent);
		_exit(0);
	}
	rc = shmbox_field_exchange(&map, &field,
	                           &(struct shmbox_swap){ .expected = 2,
	                                                  .value = 3,
	                                                  .timeout = SHMBOX_FOREVER,
	                                                  .flags = SHMBOX_DESPITE_MARK });
	assert(rc == 0);
	assert(waitpid(child, &status, 0) == child && status == 0);
	rc = shmbox_field_exchange(&map, &field,
	                           &(struct shmbox_swap){ .expected = 2,
	                                                  .value = 3,
	                                                  .timeout = SHMBOX_FOREVER,
	                                                  .flags = SHMBOX_DESPITE_MARK });
	assert(rc == -ENOENT);
	shmbox_detach(&map);
}

const struct test waits_tests[] = {
	{ TEST(waits) },
	{ TEST(wakes_as_many_as_asked) },
	{ TEST(waits_for_nothing_unasked) },
	{ TEST(waits_despite_a_mark) },
	{ 0 },
};
