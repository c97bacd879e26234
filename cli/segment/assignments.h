/* assignments.h - the assignments to fields that follow SEGMENT on a command line */
#ifndef ASSIGNMENTS_H
#define ASSIGNMENTS_H

#include "applet.h"
#include "segment/field.h"

/*
 * Each of the following concerns all operands after the first; says what is wrong, and returns
 * a status.
 */

/* STATUS_OK if their fields are aligned, as far as the command line shows it. */
int assignments_aligned(const struct args *args, enum alignment alignment);

/*
 * Gives the fields their places and, with_memory, their memory: whatever can fail fails here,
 * before a field has changed.
 */
int assignments_place(const struct args *args, const struct shmbox_map *map,
                      enum alignment alignment, bool with_memory);

/* True if an assignment is more than "=", and assignments_make() prints what it computes. */
bool assignments_compute(const struct args *args);

/* What a field has to contain, and for how many nanoseconds it is waited for. */
struct expected {
	uint64_t number;
	const char *word; /* as the user typed it */
	bool wait;
	uint64_t timeout;
};

/* Makes the only assignment in one step, if its field contains what is expected. */
int assignment_exchange(const struct args *args, const struct shmbox_map *map,
                        const struct expected *expected);

/* Makes them in order, and prints the values that were computed, unless quiet. */
int assignments_make(const struct args *args, const struct shmbox_map *map, bool quiet);

#endif
