/* SPDX-License-Identifier: MIT */
/* assignments.h - the assignments to fields that follow SEGMENT on a command line */
#ifndef ASSIGNMENTS_H
#define ASSIGNMENTS_H

#include "applet.h"
#include "segment/field.h"

/*
 * Each function concerns all operands after the first, reports what is wrong, and returns
 * a status.
 */

/* Checks the alignment of their fields, as far as the command line shows it. */
int assignments_aligned(const struct args *args, enum alignment alignment);

/*
 * Computes the offsets of the fields in the segment and, with_memory, allocates their
 * memory: every possible failure happens here, before a field has changed.
 */
int assignments_place(const struct args *args, const struct shmbox_map *map,
                      enum alignment alignment, bool with_memory);

/*
 * True if an assignment computes its value (+=, .or=, ..): assignments_make() prints the
 * result.
 */
bool assignments_compute(const struct args *args);

/* The value that a field must contain, and how long to wait for it. */
struct expected {
	uint64_t number;
	const char *word; /* as the user typed it */
	bool wait;
	uint64_t timeout; /* nanoseconds */
};

/*
 * Makes the only assignment in one atomic step, if its field contains the expected value.
 */
int assignment_exchange(const struct args *args, const struct shmbox_map *map,
                        const struct expected *expected);

/* Makes the assignments in order and, unless quiet, prints the computed values. */
int assignments_make(const struct args *args, const struct shmbox_map *map, bool quiet);

#endif
