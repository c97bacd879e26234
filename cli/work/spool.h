/* SPDX-License-Identifier: MIT */
/* spool.h - read a whole input into memory before it is used */
#ifndef SPOOL_H
#define SPOOL_H

#include "work/task.h"

/* An input in memory. Zero-initialise, set the first part, then call spool_read(). */
struct spool {
	int from;
	struct task task; /* object and progress are used */
	bool hex;         /* decode hex digits */
	uint64_t most;    /* the number of bytes needed; 0: all */
	/* the result */
	int file; /* in memory, at its start; the caller closes it after a success */
	uint64_t length; /* bytes in file */
	enum killed killed;
	/* for hex digits */
	int half;          /* the first digit of a byte, or -1 */
	uint64_t position; /* position of the next character, from 1 */
	char wrong;        /* the character at position, if it is not a hex digit */
};

/*
 * Reads to the end, or until most bytes are there. Returns 0 or a negated errno: -EILSEQ
 * for a character that is not a hex digit, -ENOMEM or -ENOSPC if there is no memory for
 * more.
 */
int spool_read(struct spool *spool);

/* The same, for a text instead of an input. */
int spool_text(struct spool *spool, const char *text);

#endif
