/* SPDX-License-Identifier: MIT */
/* create.h - create a segment with its size, content, owner and mode */
#ifndef CREATE_H
#define CREATE_H

#include <signal.h>

#include <shmbox/shmbox.h>

#include "work/input.h"

/*
 * What to create. Zero-initialise, set the first part. Each function below reports a
 * failure and returns a status.
 */
struct creation {
	struct shmbox_spec spec;
	bool reuse; /* open the existing segment with the key, if there is one */
	bool lock;
	bool populate;
	bool write_input;
	bool change_access;
	struct shmbox_change access; /* owner and mode, set after the segment is filled */
	bool progress;
	bool verbose;
	/* as the user typed them, for messages; NULL if the option was not given */
	const char *size; /* SIZE; without SIZE, the input */
	const char *key;
	const char *huge_page;
	const char *wanted_id;
	/* private to create.c, and the result */
	struct input input;
	int id;
	bool created; /* false if reuse found the segment */
	sigset_t blocked;
};

/*
 * Refuses if the kernel would remove the segment when this process exits
 * (kernel.shm_rmid_forced).
 */
int creation_may_last(const struct creation *creation);

/* Opens the input; with measure, the size of the segment is set to its length. */
int creation_open_input(struct creation *creation, const char *path, bool measure);

/* Checks whether the segment could be created now. */
int creation_would_fit(const struct creation *creation);

/*
 * Creates and fills the segment, or opens an existing one. Until creation_end(), a signal
 * that ends the program removes a created segment.
 */
int creation_begin(struct creation *creation);

/* Removes a created segment, unless keep is set. */
void creation_end(struct creation *creation, bool keep);

#endif
