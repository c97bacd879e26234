/* SPDX-License-Identifier: MIT */
/* threads.c - any thread may call at any time */

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "api.h"

enum { PART = 8192 }; /* fits into every pipe */

/* What one of several threads works on: a part of a segment that is attached once for all. */
struct part {
	pthread_t thread;
	struct shmbox_map *map;
	uint64_t offset;
};

static int add_length(void *sum, const void *bytes, uint64_t length)
{
	(void)bytes;
	*(uint64_t *)sum += length;
	return 0;
}

/*
 * Bytes are touched in the part alone: the thread sanitizer does not know that shmdt(2) ends
 * what was at an address, and takes the next segment there for the same memory.
 */
static void move_bytes(const struct part *part, int round)
{
	struct shmbox_job out = { .offset = part->offset, .length = PART };
	struct shmbox_job in = out;
	char bytes[PART];
	uint64_t walked = 0;
	int ends[2];

	memset(bytes, round, sizeof(bytes));
	assert(shmbox_write(part->map, part->offset, bytes, PART) == PART);
	assert(pipe(ends) == 0);
	out.fd = ends[1];
	in.fd = ends[0];
	assert(shmbox_send(part->map, &out) == 0 && out.done == PART);
	assert(shmbox_wipe(part->map, &(struct shmbox_job){ .offset = part->offset,
	                                                    .length = PART }) == 0);
	assert(shmbox_receive(part->map, &in) == 0 && in.done == PART);
	close(ends[0]);
	close(ends[1]);
	assert(shmbox_read(part->map, part->offset, bytes, PART) == PART);
	assert(bytes[0] == (char)round && bytes[PART - 1] == (char)round);
	assert(shmbox_walk(part->map,
	                   &(struct shmbox_job){ .offset = part->offset, .length = PART },
	                   add_length, &walked) == 0);
	assert(walked == PART);
}

/* A segment of the thread's own, and everything that can be asked. */
static void come_and_go(bool look_at_processes)
{
	const struct shmbox_spec too_large = { .size = UINT64_MAX / 4, .mode = 0600 };
	const struct shmbox_change change = { .set_mode = true, .mode = 0640 };
	struct shmbox_holder *holders = NULL;
	struct shmbox_info *infos = NULL;
	struct shmbox_limits limits;
	int id = make(SIZE);
	struct shmbox_map map = attach(id);
	FILE *stream = shmbox_fopen(id, "r");
	int count;

	assert(stream && fclose(stream) == 0);
	assert(shmbox_modify(id, &change) == 0 && look(id).mode == 0640);
	count = shmbox_list(&infos);
	assert(count >= 1 && shmbox_memory(infos, (size_t)count) == 0);
	free(infos);
	assert(shmbox_get_limits(&limits) == 0);
	assert(why(SHMBOX_CREATE, shmbox_create(&too_large), &too_large).kind !=
	       SHMBOX_CAUSE_NONE);
	assert(strlen(shmbox_strerror(SHMBOX_CREATE, -ENOSPC)) > 0);
	assert(shmbox_process_alive(getpid()) == 1);
	if (look_at_processes) {
		assert(shmbox_holders(id, &holders) == 1);
		free(holders);
	}
	assert(shmbox_detach(&map) == 0);
	destroy(id);
}

static void *work(void *argument)
{
	const struct part *part = argument;

	for (int round = 0; round < ROUNDS; round++) {
		move_bytes(part, round);
		come_and_go(round % 50 == 0);
	}
	return NULL;
}

static void *lie_still(void *unused)
{
	for (;;)
		pause();
	return unused;
}

/* A zombie in all lists, but no less alive. */
static void a_process_may_outlive_its_main_thread(void)
{
	char path[64];
	char text[512] = "";
	pid_t child = fork();
	pthread_t thread;
	int watch;

	assert(child >= 0);
	if (child == 0) {
		pthread_create(&thread, NULL, lie_still, NULL);
		pthread_exit(NULL);
	}
	snprintf(path, sizeof(path), "/proc/%d/stat", (int)child);
	while (!strstr(text, ") Z")) {
		FILE *file = fopen(path, "r");

		assert(file && fgets(text, sizeof(text), file));
		fclose(file);
	}
	assert(shmbox_process_alive(child) == 1);
	watch = shmbox_process_watch(child);
	assert(watch >= 0 || watch == -ENOSYS);
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	assert(shmbox_process_alive(child) == 0);
	assert(shmbox_process_watch(child) == -ESRCH);
	close(watch);
}

static void any_thread_may_call(void)
{
	int id = make(THREADS * PART);
	struct shmbox_map map = attach(id);
	struct part parts[THREADS];

	for (int i = 0; i < THREADS; i++) {
		parts[i].map = &map;
		parts[i].offset = (uint64_t)i * PART;
		assert(pthread_create(&parts[i].thread, NULL, work, &parts[i]) == 0);
	}
	for (int i = 0; i < THREADS; i++)
		assert(pthread_join(parts[i].thread, NULL) == 0);
	assert(shmbox_detach(&map) == 0);
	destroy(id);
}

const struct test threads_tests[] = {
	{ TEST(a_process_may_outlive_its_main_thread) },
	{ TEST(any_thread_may_call) },
	{ 0 },
};
