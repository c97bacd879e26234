/* SPDX-License-Identifier: MIT */
/* sweep-run.h - what the files that make a run share */

#pragma once

#include "sweep.h"

enum { TRACED = 16 };

struct traced {
	pid_t pid;
	int process;
	int entries;
	bool inside;
	bool harmed;
	bool sleeps; /* in a call that waits for something */
	bool gone;   /* it has ended, or goes on by itself */
};

struct tracing {
	struct world *world;
	const struct harm *harm;
	struct calls *calls;
	struct outcome *outcome;
	pid_t program;
	bool ended; /* the program, and not what it has left */
	struct traced traced[TRACED];
	int count;
	int processes;
	/* what was changed in the memory of the program until its call has returned */
	uint64_t *put_back_at;
	long put_back;
};

/* sweep-run.c */
/* True if the run has taken longer than patience. */
bool is_late(void);

/* sweep-trace.c */
/* The entry of a process, which is added if there is none. */
struct traced *find_traced(struct tracing *tracing, pid_t pid);
/* Handles a stop of a process with this status of waitpid(2), and continues the process. */
void handle_stop(struct tracing *tracing, pid_t pid, int status);

/* sweep-left.c */
/* Stores what the program has left, and then ends the processes among it. */
void look_around(struct world *world, struct outcome *outcome);
