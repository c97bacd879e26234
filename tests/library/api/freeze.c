/* SPDX-License-Identifier: MIT */
/* freeze.c - bytes borrowed from a holder, and holders that are stopped */

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "api.h"

/* A process that holds the segment until it is killed. */
static pid_t holder_of(int id)
{
	int ends[2];
	pid_t pid;
	char byte;

	assert(pipe(ends) == 0);
	pid = fork();
	assert(pid >= 0);
	if (pid == 0) {
		attach(id);
		assert(write(ends[1], "", 1) == 1);
		pause();
		_exit(0);
	}
	assert(read(ends[0], &byte, 1) == 1);
	close(ends[0]);
	close(ends[1]);
	return pid;
}

static void borrows_from_a_holder(int id)
{
	struct shmbox_info before = look(id);
	struct steps steps = { 0 };
	int file = temporary();
	struct shmbox_job job = { .length = MUCH, .fd = file };
	struct shmbox_info after;
	struct shmbox_map map;
	char *bytes;

	assert(shmbox_borrow(id, &map) == 0);
	assert(!map.address && map.size == MUCH && !map.writable && map.id == id);
	bytes = content(&map);
	assert(is_pattern(bytes, 0, MUCH));
	assert(shmbox_read(&map, MUCH - 3, bytes, 10) == 3);
	assert(shmbox_read(&map, MUCH, bytes, 10) == 0);
	assert(shmbox_write(&map, 0, bytes, 1) < 0);
	assert(shmbox_send(&map, &job) == 0 && job.done == MUCH);
	assert(pread(file, bytes, MUCH, 0) == MUCH && is_pattern(bytes, 0, MUCH));
	assert(shmbox_walk(&map, &job, step, &steps) == 0 && steps.place == MUCH);
	assert(shmbox_receive(&map, &job) == -EACCES && job.done == 0);
	assert(shmbox_wipe(&map, &job) == -EACCES && job.done == 0);
	assert(shmbox_detach(&map) == 0);
	after = look(id);
	assert(after.attached == before.attached && after.last_pid == before.last_pid);
	assert(after.attach_time == before.attach_time &&
	       after.detach_time == before.detach_time);
	free(bytes);
	close(file);
}

static void borrows(void)
{
	int id = make(MUCH);
	struct shmbox_map map = attach(id);
	struct shmbox_job job = { .length = MUCH, .fd = -1 };
	struct steps steps = { 0 };
	pid_t pid;

	fill(&map, 0, MUCH);
	shmbox_detach(&map);
	assert(shmbox_borrow(id, &map) == -ESRCH);
	assert(shmbox_borrow(NO_ID, &map) == -ENOENT);
	pid = holder_of(id);
	borrows_from_a_holder(id);
	assert(shmbox_borrow(id, &map) == 0);
	assert(kill(pid, SIGKILL) == 0 && waitpid(pid, NULL, 0) == pid);
	assert(shmbox_walk(&map, &job, step, &steps) == -ESRCH && steps.calls == 0);
	assert(shmbox_read(&map, 0, &steps, 1) == -ESRCH);
	shmbox_detach(&map);
	assert(shmbox_borrow(id, &map) == -ESRCH);
	destroy(id);
}

/* A process that counts in the segment's first word for as long as it lives. */
static pid_t counter_in(volatile uint64_t *word)
{
	pid_t child = fork();

	assert(child >= 0);
	/* it would keep the test waiting for ever */
	if (child == 0)
		prctl(PR_SET_PDEATHSIG, SIGKILL);
	while (child == 0)
		++*word;
	while (*word == 0)
		;
	return child;
}

static void touch_from_elsewhere(int id)
{
	pid_t child = fork();
	struct shmbox_map map;

	assert(child >= 0);
	if (child == 0)
		_exit(shmbox_attach(id, 0, &map) < 0 || shmbox_detach(&map) < 0);
	assert(waitpid(child, NULL, 0) == child);
}

/* A child that cannot stop: it waits in the kernel for a child of its own, which has its memory. */
static pid_t stuck_in(volatile uint64_t *word)
{
	pid_t child = fork();

	assert(child >= 0);
	if (child == 0) {
		if (vfork() == 0) {
			*word = (uint64_t)getpid();
			pause();
			_exit(0);
		}
		_exit(7);
	}
	while (*word == 0)
		;
	return child;
}

static void *freeze_for_another(void *map)
{
	assert(shmbox_freeze(map) == 0);
	return NULL;
}

/* What a freeze leaves behind: nothing. */
static void leaves_nothing_frozen(void)
{
	int id = make(MUCH);
	struct shmbox_map map = attach(id);
	volatile uint64_t *word = map.address;
	pid_t stuck = stuck_in(&word[1]);
	pid_t counter;
	pthread_t thread;
	uint64_t now;
	int status;

	assert(shmbox_freeze(&map) == -ETIMEDOUT && map.unstopped == stuck);
	assert(!map.stopped);
	/* it is asked to stop no more, and its exit status is ours */
	assert(kill((pid_t)word[1], SIGKILL) == 0);
	assert(waitpid(stuck, &status, 0) == stuck);
	assert(WIFEXITED(status) && WEXITSTATUS(status) == 7);

	/* another thread may let go, and the one that stopped them may have ended */
	counter = counter_in(word);
	assert(pthread_create(&thread, NULL, freeze_for_another, &map) == 0);
	assert(pthread_join(thread, NULL) == 0);
	now = *word;
	assert(shmbox_freeze(&map) == -EINVAL && *word == now);
	/* no child of ours that wait(2) would see */
	assert(waitpid(-1, &status, WNOHANG) == 0);
	shmbox_thaw(&map);
	while (*word == now)
		;
	assert(kill(counter, SIGKILL) == 0 && waitpid(counter, NULL, 0) == counter);
	assert(waitpid(-1, &status, __WALL) < 0 && errno == ECHILD);
	shmbox_detach(&map);
	destroy(id);
}

static void freezes(void)
{
	int id = make(MUCH);
	struct shmbox_map map = attach(id);
	volatile uint64_t *word = map.address;
	pid_t pid = counter_in(word);
	struct shmbox_job job = { .length = 8 };
	struct shmbox_map copy;
	uint64_t now;
	uint64_t then = 0;

	assert(shmbox_freeze(&map) == 0);
	now = *word;
	assert(shmbox_blank(&map, &copy) == 0);
	assert(copy.size == MUCH && !copy.address && !copy.writable);
	job.fd = copy.copy;
	assert(shmbox_copy(&map, &job) == 0 && job.done == 8);
	assert(shmbox_compare(&map, &job) == 0);
	assert(*word == now);
	touch_from_elsewhere(id);
	assert(shmbox_copy(&map, &job) == -EAGAIN);
	shmbox_thaw(&map);
	shmbox_thaw(&map);
	while (*word == now)
		;
	assert(shmbox_copy(&map, &job) == 0);
	now = *word;
	while (*word == now)
		;
	assert(shmbox_compare(&map, &job) == -EAGAIN);
	assert(shmbox_write(&copy, 0, &then, 1) == -EACCES);
	assert(shmbox_read(&copy, 0, &then, 8) == 8 && then <= now);
	assert(shmbox_read(&copy, MUCH - 1, &then, 8) == 1);
	assert(shmbox_detach(&copy) == 0 && shmbox_detach(&copy) == 0);
	assert(kill(pid, SIGKILL) == 0 && waitpid(pid, NULL, 0) == pid);
	shmbox_detach(&map);
	destroy(id);
}

const struct test freeze_tests[] = {
	{ TEST(borrows) },
	{ TEST(freezes) },
	{ TEST(leaves_nothing_frozen) },
	{ 0 },
};
