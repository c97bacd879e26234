/* spool.h - an input that is kept in memory, because all of it is needed first */
#ifndef SPOOL_H
#define SPOOL_H

#include "work/task.h"

/* Zero-initialise, set the first part, spool_read(). */
struct spool {
	int from;
	struct task task; /* its object and progress */
	bool hex;         /* it is hex digits; the bytes that they stand for are kept */
	uint64_t most;    /* at most this many bytes are needed; 0: all */
	/* the result */
	int file; /* in memory, at its start, for the caller to close; unless reading failed */
	uint64_t length; /* of file */
	enum killed killed;
	/* for hex digits */
	int half;       /* the first digit of a byte, or -1 */
	uint64_t place; /* of the next character, from 1 */
	char wrong;     /* the character at place, if it is no hex digit */
};

/*
 * Reads to the end. Returns 0, or -errno: -EILSEQ for a character that is no hex digit, -ENOMEM or
 * -ENOSPC if there is no memory for more.
 */
int spool_read(struct spool *spool);

/* The same for this text. */
int spool_text(struct spool *spool, const char *text);

#endif
