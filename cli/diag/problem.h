/* SPDX-License-Identifier: MIT */
/* problem.h - a problem with a word of the command line */
#ifndef PROBLEM_H
#define PROBLEM_H

#include <stdbool.h>

#include "diag/status.h"

enum { REASON_MAX = 512 };

/* The reason why a value is wrong, and a hint, which may be empty. */
struct problem {
	char reason[REASON_MAX];
	char hint[REASON_MAX];
	int status; /* nonzero if the cause is the machine, not the value */
};

/* Fills in the reason. Returns false, so that a parser can return its result. */
__attribute__((format(printf, 2, 3))) bool wrong(struct problem *problem,
                                                 const char *format, ...);

/* The same for a lack of memory. */
bool no_memory(struct problem *problem);

/*
 * Reports the problem with this word, and the option that it was given to, or NULL. Returns a
 * status.
 */
int bad_value(const char *option, const char *text, const struct problem *problem);

#endif
