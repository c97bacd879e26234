/* SPDX-License-Identifier: MIT */
/* sweep-world.c - segments, processes and files as a case wants them, and what became of them */

#include <fcntl.h>
#include <linux/capability.h>
#include <linux/futex.h>
#include <linux/securebits.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/prctl.h>
#include <sys/shm.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sweep-world.h"

enum { FIRST_PID = 300 }; /* the pids of a run come after this one, always the same */

bool has_word(char *const *words, const char *word)
{
	for (; *words; words++) {
		if (strcmp(*words, word) == 0)
			return true;
	}
	return false;
}

/* ---- processes ---- */

static void rest(void)
{
	for (;;)
		pause();
}

/* A process that begins, says so by closing a descriptor, and goes on until it is ended. */
static void helper(struct world *world, void (*begin)(void), void (*go_on)(void))
{
	char byte;
	int ready[2];
	pid_t pid;

	if (pipe2(ready, O_CLOEXEC) < 0)
		broken("pipe");
	pid = fork();
	if (pid < 0)
		broken("fork");
	if (pid == 0) {
		close(ready[0]);
		begin();
		close(ready[1]);
		go_on();
	}
	close(ready[1]);
	if (read(ready[0], &byte, 1) != 0)
		broken("helper");
	close(ready[0]);
	world->helpers[world->helper_count++] = pid;
}

static void sleep_on(void)
{
}

static char *held;

static void hold(void)
{
	held = attach(0);
}

/* Numbers from the front to the end: all the same, or one more up to some place. */
static void write_for_ever(void)
{
	volatile uint64_t *at = (volatile uint64_t *)(void *)held;

	for (uint64_t generation = 1;; generation++) {
		for (size_t i = 0; i < BLOCK / sizeof(*at); i++)
			at[i] = generation;
	}
}

static void work_elsewhere(void)
{
	if (unshare(CLONE_NEWIPC) < 0)
		_exit(1);
	add_segment(KEY, PLAIN, PLAIN_DATA, PLAIN);
	attach(0);
}

/* By a process that has ended when this returns. */
static void orphan(void)
{
	pid_t pid = fork();

	if (pid == 0) {
		make_segment(IPC_PRIVATE, 8192);
		make_segment(ORPHAN_KEY, 4096);
		_exit(0);
	}
	waitpid(pid, NULL, 0);
}

static void give_up_capabilities(void)
{
	struct __user_cap_header_struct header = { _LINUX_CAPABILITY_VERSION_3, 0 };
	struct __user_cap_data_struct none[2] = { 0 };

	for (int i = 0; prctl(PR_CAPBSET_DROP, i, 0, 0, 0) == 0; i++)
		;
	prctl(PR_SET_SECUREBITS, SECURE_ALL_BITS | SECURE_ALL_LOCKS, 0, 0, 0);
	syscall(SYS_capset, &header, none);
}

/* In the child that becomes the program. */
void become_program(const struct world *world)
{
	char path[512];
	char pids[HELPERS][16];
	char *words[WORDS + 1] = { 0 };

	for (int i = 0; world->test->words[i]; i++) {
		char *word = world->test->words[i];

		if (word[0] == '@' && word[1] >= '1' && word[1] < '1' + HELPERS) {
			int nth = word[1] - '1';

			snprintf(pids[nth], sizeof(pids[nth]), "%d",
			         (int)world->helpers[nth]);
			word = pids[nth];
		} else if (strcmp(word, "@command") == 0) {
			word = (char *)world->self;
		}
		words[i] = word;
	}
	snprintf(path, sizeof(path), "%s", world->program);
	if (chdir(world->directory) < 0 || dup2(world->in, 0) < 0 ||
	    dup2(world->out, 1) < 0 || dup2(world->err, 2) < 0)
		_exit(99);
	if (world->weak)
		give_up_capabilities();
	execv(path, words);
	_exit(98);
}

/* ---- a case ---- */

static void choose_pids(void)
{
	int fd = open("/proc/sys/kernel/ns_last_pid", O_WRONLY | O_CLOEXEC);
	char text[16];
	int length = snprintf(text, sizeof(text), "%d", FIRST_PID);

	if (fd < 0 || write(fd, text, (size_t)length) != length)
		broken("ns_last_pid");
	close(fd);
}

static void set_up(struct world *world, const char *word)
{
	if (strcmp(word, "plain") == 0)
		add_segment(KEY, PLAIN, PLAIN_DATA, PLAIN);
	else if (strcmp(word, "big") == 0)
		add_segment(KEY, BIG, BIG_HOLE, BIG_END);
	else if (strcmp(word, "large") == 0)
		make_segment(KEY, LARGE);
	else if (strcmp(word, "block") == 0)
		make_segment(KEY, BLOCK);
	else if (strcmp(word, "words") == 0)
		add_segment_of_words();
	else if (strcmp(word, "huge") == 0)
		add_segment_of_huge_pages();
	else if (strcmp(word, "twin") == 0)
		add_segment(KEY + 1, 8192, 8192, 8192);
	else if (strcmp(word, "orphan") == 0)
		orphan();
	else if (strcmp(word, "held") == 0)
		helper(world, hold, rest);
	else if (strcmp(word, "writer") == 0)
		helper(world, hold, write_for_ever);
	else if (strcmp(word, "sleeper") == 0)
		helper(world, sleep_on, rest);
	else if (strcmp(word, "elsewhere") == 0)
		helper(world, work_elsewhere, rest);
	else if (strcmp(word, "marked") == 0)
		shmctl(0, IPC_RMID, NULL);
	else if (strcmp(word, "weak") == 0)
		world->weak = true;
	else if (strncmp(word, "on-", 3) == 0)
		world->events[world->event_count++] = word + 3;
	else if (strncmp(word, "in-", 3) != 0 && strncmp(word, "out-", 4) != 0 &&
	         strcmp(word, "-") != 0)
		broken(word);
}

/* In an IPC namespace of its own: its first segment has id 0, the next one 1. */
void world_make(struct world *world)
{
	world->helper_count = 0;
	world->event_count = 0;
	world->events_done = 0;
	world->weak = false;
	if (unshare(CLONE_NEWIPC) < 0)
		broken("unshare");
	choose_pids();
	empty_directory(world->directory);
	for (char *const *word = world->test->setup; *word; word++)
		set_up(world, *word);
	world->in = world_input(world);
	world_output(world);
	world->err = file_of("", 0);
}

/* The next thing that happens while the program sleeps. */
void world_event(struct world *world, pid_t program)
{
	const char *event = world->events[world->events_done++];
	uint32_t *at;

	if (strcmp(event, "poke") == 0) {
		at = (uint32_t *)attach(0);
		*at = 4711;
		syscall(SYS_futex, at, FUTEX_WAKE, INT32_MAX, NULL, NULL, 0);
		shmdt(at);
	} else if (strcmp(event, "remove") == 0) {
		shmctl(0, IPC_RMID, NULL);
	} else if (strcmp(event, "create") == 0) {
		make_segment(LATER_KEY, 4096);
	} else if (strcmp(event, "kill") == 0) {
		kill(world->helpers[0], SIGKILL);
		waitpid(world->helpers[0], NULL, 0);
		world->helpers[0] = 0;
	} else if (strcmp(event, "term") == 0) {
		kill(program, SIGTERM);
	} else {
		broken(event);
	}
}

void world_end(struct world *world)
{
	for (int i = 0; i < world->helper_count; i++) {
		if (world->helpers[i] > 0) {
			kill(world->helpers[i], SIGKILL);
			waitpid(world->helpers[i], NULL, 0);
		}
	}
	close(world->in);
	if (world->out_reader >= 0)
		close(world->out_reader);
	close(world->err);
}
