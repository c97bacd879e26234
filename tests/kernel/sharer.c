/* SPDX-License-Identifier: MIT */
/*
 * sharer.c - processes that share their memory, and what such can pretend, for the tests
 *
 * usage: sharer WHAT ID, which prints "held" once its mapping is there.
 */

#define _GNU_SOURCE
#undef NDEBUG
#include <assert.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/shm.h>
#include <sys/wait.h>
#include <unistd.h>

enum { STACK = 262144 };

static int id;
static uint64_t *volatile words;
static size_t count;
static volatile int go_on;

static uint64_t *attach(void)
{
	struct shmid_ds ds;
	void *at = shmat(id, NULL, 0);

	assert((intptr_t)at != -1);
	assert(shmctl(id, IPC_STAT, &ds) == 0);
	count = ds.shm_segsz / sizeof(*words);
	return at;
}

static void say_held(void)
{
	static const char held[] = "held\n";

	assert(write(STDOUT_FILENO, held, sizeof(held) - 1) == sizeof(held) - 1);
}

static int run(void *work)
{
	(*(void (**)(void))work)();
	_exit(0);
}

/* A process with our memory that does this work. */
static pid_t start(void (*work)(void), int flags)
{
	static void (*works[4])(void);
	static int started;
	char *stack = mmap(NULL, STACK, PROT_READ | PROT_WRITE,
	                   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	pid_t pid;

	assert(stack != MAP_FAILED);
	works[started] = work;
	pid = clone(run, stack + STACK, CLONE_VM | flags, &works[started++]);
	assert(pid > 0);
	return pid;
}

static void rest(void)
{
	for (;;)
		pause();
}

/* Generations, as holder.c judges them. */
static void fill(void)
{
	for (uint64_t generation = 1;; generation++) {
		for (size_t i = 0; i < count; i++)
			__atomic_store_n(&words[i], generation, __ATOMIC_SEQ_CST);
	}
}

/* The child writes, and this process does nothing. */
static void child(void)
{
	words = attach();
	start(fill, SIGCHLD);
	say_held();
	rest();
}

/* So it does, and it is no child of this one. */
static void sibling(void)
{
	words = attach();
	start(fill, CLONE_PARENT | SIGCHLD);
	say_held();
	rest();
}

/* In a namespace of its own, where a segment has the same id. */
static void attach_elsewhere(void)
{
	int made = -1;

	assert(unshare(CLONE_NEWUSER | CLONE_NEWIPC) == 0);
	while (made < id) {
		made = shmget(IPC_PRIVATE, count * sizeof(*words), IPC_CREAT | 0600);
		assert(made >= 0);
	}
	assert(made == id);
	words = shmat(made, NULL, 0);
	assert((intptr_t)words != -1);
	memcpy((void *)words, "of another", 11);
	go_on = 1;
}

static void elsewhere_and_rest(void)
{
	attach_elsewhere();
	rest();
}

/* The mapping is here, and the segment is not. */
static void pretend(void (*work)(void))
{
	count = 4096 / sizeof(*words);
	start(work, SIGCHLD);
	while (!go_on)
		usleep(1000);
	say_held();
	rest();
}

static void pretender(void)
{
	pretend(elsewhere_and_rest);
}

/* The process that attached it has ended. */
static void lone_pretender(void)
{
	pretend(attach_elsewhere);
}

/* Neither does anything. */
static void pair(void)
{
	words = attach();
	start(rest, SIGCHLD);
	say_held();
	rest();
}

static void grow(void)
{
	struct shmid_ds ds;
	size_t size;
	void *at;

	words = attach();
	assert(shmctl(id, IPC_STAT, &ds) == 0);
	size = (ds.shm_segsz + 4095) & ~(size_t)4095;
	at = mremap((void *)words, size, 2 * size, MREMAP_MAYMOVE);
	assert(at != MAP_FAILED);
	say_held();
	rest();
}

int main(int argc, char **argv)
{
	static const struct {
		const char *name;
		void (*run)(void);
	} kinds[] = {
		{ "child", child },         { "sibling", sibling },
		{ "pretender", pretender }, { "lone_pretender", lone_pretender },
		{ "pair", pair },           { "grow", grow },
	};

	assert(argc == 3);
	id = atoi(argv[2]);
	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
		if (strcmp(argv[1], kinds[i].name) == 0)
			kinds[i].run();
	}
	return 1;
}
