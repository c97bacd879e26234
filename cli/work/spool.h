/* spool.h - an input that is kept in memory, because it has to be seen whole first */
#ifndef SPOOL_H
#define SPOOL_H

#include "work/task.h"

/* Zero-initialise, set the first part, spool_read(). */
struct spool {
	int from;
	struct task task; /* its object and progress: how far it is, for who asks */
	bool hex;         /* it is hex digits, and what they stand for is kept */
	uint64_t most;    /* no more than so many bytes are wanted; 0: all */
	/* what became of it */
	int file; /* in memory, at its start; the caller's to close, unless it failed */
	uint64_t length; /* of what is in it */
	enum killed killed;
	/* of hex digits */
	int half;       /* the first digit of a byte, or -1 */
	uint64_t place; /* of the character that comes next, from 1 */
	char wrong;     /* the one at place that should not be there */
};

/*
 * Reads to the end. Returns 0, or -errno: -EILSEQ for what is no hex digit, -ENOMEM or
 * -ENOSPC if there is no memory for more.
 */
int spool_read(struct spool *spool);

/* The same for these bytes of the caller's. */
int spool_text(struct spool *spool, const char *text);

#endif
