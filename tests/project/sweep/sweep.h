/* SPDX-License-Identifier: MIT */
/* sweep.h - what the parts of the sweep share: see sweep.c */

#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum {
	WORDS = 24,   /* of a case: in its set-up, and in its command line */
	HELPERS = 4,  /* processes that a case starts */
	EVENTS = 4,   /* what happens while the program sleeps */
	STATE = 8192, /* bytes: segments and files in words */
	HALF = -1,    /* in place of an errno: half of the bytes are moved */
	LEFT = 32,    /* processes that a run may leave */
	TESTS = 256,
	SHOWN = 300, /* bytes of an output */
	TEXT = 4096, /* of a verdict */
	USAGE = 2    /* the status if the sweep itself cannot work */
};

/* A line of sweep.cases. */
struct test {
	char line[512];
	char *name;
	char *setup[WORDS];
	char *judged[WORDS];
	char *words[WORDS + 1];
};

/* A system call: the nth of the program, or of its first child, which is process 1. */
struct call {
	int process;
	int nth;
	long number;
	uint64_t arguments[6];
	long result;
	bool kernels; /* about a small file of /proc or /sys */
};

struct calls {
	struct call *list;
	int count;
};

/* What is to go wrong: nothing if call is NULL. */
struct harm {
	const struct call *call;
	int error;
};

struct world {
	const struct test *test;
	const char *program;
	const char *self; /* this program: a COMMAND that looks at what it inherits */
	const char *directory; /* ours, empty before each run */
	pid_t helpers[HELPERS];
	int helper_count;
	const char *events[EVENTS];
	int event_count;
	int events_done;
	bool weak; /* the program has no capability */
	int in;
	int out;
	int out_reader; /* of a pipe; else -1 */
	int err;
};

struct outcome {
	int status; /* as of waitpid(2) */
	bool late;  /* it was ended by us */
	bool harmed;
	char *out;
	size_t out_length;
	char *err;
	char state[STATE];  /* segments and files once it has ended */
	char trouble[1024]; /* what it has left, in words; empty: nothing */
	int left;           /* processes that go on: one that holds in the background */
};

/* What all workers add to. */
struct sums {
	int runs;
	int faults;
	int missed; /* the call was not made that time */
};

struct sweep {
	const char *program;
	const char *self;
	const char *directory;
	struct test tests[TESTS];
	int count;
	struct sums *sums;
};

/* A test, and how it goes when nothing fails. */
struct basis {
	const struct test *test;
	char before[STATE];
	struct outcome outcome;
	struct calls calls;
};

/* sweep-judge.c */
/* Whether an outcome is right; if it is not, verdict says why. */
bool is_right(const struct basis *basis, const struct harm *harm,
              const struct outcome *got, char verdict[TEXT]);

/* sweep-world.c */
bool has_word(char *const *words, const char *word);
void world_make(struct world *world);
void world_event(struct world *world, pid_t program);
/* Returns how many attaches there are. */
unsigned long world_state(const struct world *world, char state[STATE]);
void world_end(struct world *world);
void become_program(const struct world *world);

/* sweep-run.c */
extern unsigned patience; /* seconds */
/* Runs the program once; calls may be NULL. */
void run(struct world *world, const struct harm *harm, struct calls *calls,
         struct outcome *outcome);
void outcome_free(struct outcome *outcome);

/* sweep-cases.c */
void read_tests(struct sweep *sweep, const char *path);
const struct test *find_test(const struct sweep *sweep, const char *name);

/* sweep-harms.c */
void print_call(const struct call *call);
void make_basis(struct sweep *sweep, const struct test *test, struct basis *basis);
void free_basis(struct basis *basis);
/* Runs a test with each harm in turn; those which chosen() leaves out are not run. */
void sweep_test(struct sweep *sweep, const struct basis *basis,
                bool (*chosen)(void *data), void *data);

/* sweep.c */
_Noreturn void broken(const char *what);
