/* create.h - create a segment as it was asked for: its size, its bytes, its owner and mode */
#ifndef CREATE_H
#define CREATE_H

#include <signal.h>

#include <shmbox/shmbox.h>

#include "work/input.h"

/* Zero-initialise, set the first part. Each function says what fails, and returns a status. */
struct creation {
	struct shmbox_spec spec;
	bool reuse; /* open the segment that has the key, if there is one */
	bool lock;
	bool populate;
	bool write_input;
	bool change_access;
	struct shmbox_change access; /* owner and mode, once the segment is filled */
	bool progress;
	bool verbose;
	/* as the user typed them, for messages; NULL without such an option */
	const char *size; /* or, without SIZE, the input */
	const char *key;
	const char *huge_page;
	const char *wanted_id;
	/* create.c's own, and what became of it */
	struct input input;
	int id;
	bool created; /* false if reuse found the segment */
	sigset_t blocked;
};

/* Refuses if the kernel would remove the segment when this process exits. */
int creation_may_last(const struct creation *creation);

/* Opens the input; with measure, the size of the segment becomes its length. */
int creation_open_input(struct creation *creation, const char *path, bool measure);

/* Whether the segment could be created now. */
int creation_would_fit(const struct creation *creation);

/*
 * Creates the segment and fills it, or finds it. Until creation_end(), a signal that ends the
 * program removes what was created.
 */
int creation_begin(struct creation *creation);

/* Unless keep, removes what was created. */
void creation_end(struct creation *creation, bool keep);

#endif
