/* SPDX-License-Identifier: MIT */
/* screen.h - the rounds of a live view: on a terminal with keys, or one after the other */
#ifndef SCREEN_H
#define SCREEN_H

#include "live/round.h"

/* The time between rounds, and their number. */
struct pace {
	uint64_t delay;  /* nanoseconds between two rounds */
	uint64_t rounds; /* 0: no limit */
};

/*
 * Shows one round after the other in the same place, and acts on the keys. chosen: the user
 * has chosen the columns, so that they do not depend on the width. Returns a status; a
 * signal ends the program.
 */
int screen_run(struct round *round, struct pace pace, bool chosen);

/*
 * Calls print() after each round, and delivers what it prints. Ends with SIGPIPE when no process reads
 * it. Returns a status.
 */
int rounds_run(struct round *round, struct pace pace, int (*print)(struct round *round));

#endif
