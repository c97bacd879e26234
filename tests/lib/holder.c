/* SPDX-License-Identifier: MIT */
/*
 * holder.c - programs that hold a segment and write into it, for the tests of shmcat --freeze
 *
 * usage: holder WHAT ID, which says "held" when it holds it; or: holder judges <COPY. As 64-bit words a segment has, from
 * the outside in: two pairs of words far apart, the first of each written before the second,
 * so that it is the same number or one ahead; and then generations, all the same or one
 * ahead up to a place. A copy that is of one moment shows nothing else: so it is judged.
 */

#undef NDEBUG
#include <assert.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/shm.h>
#include <sys/wait.h>
#include <unistd.h>

enum { COUNTED = 40, MOST = 16777216 }; /* a real-time signal: each one counts */

static uint64_t *words;
static size_t count;
static int id;

static void attach(void)
{
	struct shmid_ds ds;

	words = shmat(id, NULL, 0);
	assert((intptr_t)words != -1);
	assert(shmctl(id, IPC_STAT, &ds) == 0);
	count = ds.shm_segsz / sizeof(*words);
}

static void say_held(void)
{
	puts("held");
	fflush(stdout);
}

static void put(size_t index, uint64_t value)
{
	__atomic_store_n(&words[index], value, __ATOMIC_SEQ_CST);
}

static void put_pair(size_t index, uint64_t value)
{
	put(index, value);
	put(count - 1 - index, value);
}

static void fill(uint64_t generation)
{
	for (size_t i = 2; i < count - 2; i++)
		put(i, generation);
}

static void *fill_for_ever(void *unused)
{
	for (uint64_t generation = 1;; generation++)
		fill(generation);
	return unused;
}

static void *put_next(void *unused)
{
	put_pair(1, words[1] + 1);
	return unused;
}

/* Threads that are there for one step only. */
static void *churn(void *unused)
{
	for (;;) {
		pthread_t thread;

		assert(pthread_create(&thread, NULL, put_next, NULL) == 0);
		pthread_join(thread, NULL);
	}
	return unused;
}

static void start(void *(*run)(void *))
{
	pthread_t thread;

	assert(pthread_create(&thread, NULL, run, NULL) == 0);
}

static void threads(void)
{
	start(fill_for_ever);
	start(churn);
	for (uint64_t step = 1;; step++)
		put_pair(0, step);
}

static void leaderless(void)
{
	start(fill_for_ever);
	start(churn);
	pthread_exit(NULL);
}

/* Each step is a child's. */
static void forks(void)
{
	for (;;) {
		pid_t child = fork();

		assert(child >= 0);
		if (child == 0) {
			put_pair(0, words[0] + 1);
			_exit(0);
		}
		waitpid(child, NULL, 0);
	}
}

/* Stands still in the kernel now and then, until a child that shares its memory goes on. */
static void spawns(void)
{
	for (uint64_t step = 1;; step++) {
		put_pair(0, step);
		assert(system("true") == 0);
	}
}

/* Once the child says so: the parent could still be stopped before. */
static void stuck(void)
{
	pid_t child = vfork();

	if (child == 0) {
		say_held();
		pause();
		_exit(0);
	}
}

/* A step is all that it holds the segment for. */
static void comes_and_goes(void)
{
	for (uint64_t generation = 1;; generation++) {
		fill(generation);
		shmdt(words);
		attach();
	}
}

static void count_signal(int number)
{
	(void)number;
	put_pair(0, words[0] + 1);
}

static void counts(void)
{
	assert(signal(COUNTED, count_signal) != SIG_ERR);
	say_held();
	for (;;)
		pause();
}

static void fills(void)
{
	fill_for_ever(NULL);
}

static int is_pair(size_t index)
{
	uint64_t ahead = words[index] - words[count - 1 - index];

	if (ahead > 1)
		printf("pair %zu: %llu ahead\n", index, (unsigned long long)ahead);
	return ahead <= 1;
}

/* Says what in standard input is not of one moment, and returns whether all is. */
static int judge(void)
{
	uint64_t steps = 0;

	words = malloc(MOST * sizeof(*words));
	assert(words);
	count = fread(words, sizeof(*words), MOST, stdin);
	assert(count > 4);
	for (size_t i = 3; i < count - 2; i++)
		steps += words[i - 1] - words[i];
	for (size_t i = 3; i < count - 2; i++) {
		if (words[i] != words[i - 1] && words[i] + 1 != words[i - 1])
			steps = UINT64_MAX;
	}
	if (steps > 1)
		printf("generations are mixed\n");
	return is_pair(0) & is_pair(1) & (steps <= 1);
}

int main(int argc, char **argv)
{
	static const struct {
		const char *name;
		void (*run)(void);
	} kinds[] = {
		{ "threads", threads }, { "leaderless", leaderless },
		{ "forks", forks },     { "spawns", spawns },
		{ "stuck", stuck },     { "comes_and_goes", comes_and_goes },
		{ "counts", counts },   { "fills", fills },
	};

	if (argc == 2 && strcmp(argv[1], "judges") == 0)
		return judge() ? 0 : 1;
	assert(argc == 3);
	id = atoi(argv[2]);
	attach();
	if (strcmp(argv[1], "counts") != 0 && strcmp(argv[1], "stuck") != 0)
		say_held();
	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
		if (strcmp(argv[1], kinds[i].name) == 0)
			kinds[i].run();
	}
	return 1;
}
