/* SPDX-License-Identifier: MIT */
/*
 * changes.h - what has changed between two rounds of a live view
 *
 * All segments are compared, even those that a filter leaves out: a segment that begins to
 * pass the filter was not created, and one that ceases to pass it was not removed.
 */
#ifndef CHANGES_H
#define CHANGES_H

#include <shmbox/shmbox.h>

/* The events, in the order in which those of one segment are reported: bits. */
enum {
	IS_REMOVED = 1,
	IS_CREATED = 2,
	IS_OWNER = 4,
	IS_MODE = 8,
	IS_ATTACHED = 16,
	IS_DETACHED = 32,
	IS_GREW = 64, /* bytes in memory */
	IS_SHRANK = 128,
	IS_MARKED = 256,
	EVENTS = 9
};

/* A segment of one round. */
struct known {
	bool selected; /* it passes the filter, and the facts for its columns were read */
	struct shmbox_info info;
};

/* Set by_ns, zero-initialise the rest; free with changes_end(). */
struct changes {
	bool by_ns;      /* segments of several namespaces: an id is not unique */
	int64_t elapsed; /* nanoseconds since the round before; 0: there is none */
	/* sorted by namespace and id */
	struct known *now;
	struct known *before;
	int now_count;
	int before_count;
	/* private to changes.c */
	int64_t taken;
};

/* Begins a round. */
void changes_begin(struct changes *changes);
/* Adds segments of this round. Returns 0, or -ENOMEM. */
int changes_add(struct changes *changes, const struct shmbox_info *infos, int count);
/* After the last were added: these are selected. */
void changes_select(struct changes *changes, const struct shmbox_info *infos, int count);
void changes_end(struct changes *changes);

/*
 * Returns the events of a segment of this round, or of the round before if it is removed,
 * and in *before what was known of it then; NULL if it did not exist, or this is the first
 * round.
 */
int changes_of(const struct changes *changes, const struct shmbox_info *info,
               const struct shmbox_info **before);

#endif
