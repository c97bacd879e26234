/* problem.h - what is wrong with a word of the command line */
#ifndef PROBLEM_H
#define PROBLEM_H

#include <stdbool.h>

#include "diag/status.h"

enum { REASON_MAX = 512 };

/* What is wrong with a value, and perhaps what to write instead. */
struct problem {
	char reason[REASON_MAX];
	char hint[REASON_MAX];
	int status; /* if it is none of the value, but of this machine; else 0 */
};

/* Fills in the reason; always false, for the parsers to return. */
__attribute__((format(printf, 2, 3))) bool wrong(struct problem *problem,
                                                 const char *format, ...);

/* The same where there is no memory to hold the value. */
bool no_memory(struct problem *problem);

/* Says what is wrong with this word; returns a status. */
int bad_value(const char *text, const struct problem *problem);

#endif
