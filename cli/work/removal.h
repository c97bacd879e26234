/* SPDX-License-Identifier: MIT */
/* removal.h - remove a segment: check the guards, wipe it, remove it */
#ifndef REMOVAL_H
#define REMOVAL_H

#include <shmbox/shmbox.h>

#include "segment/held.h"

/* The options, which are the same for every segment. */
struct removal_options {
	bool ignore_missing; /* a segment that does not exist is no failure */
	bool dry_run;
	bool verbose;
	bool wipe;
	/* guards: a segment that does not satisfy all of them is refused */
	bool if_unattached;
	const char *if_key; /* as typed; NULL: the key does not matter */
	key_t key;
	int64_t if_creator; /* pid; 0: any process */
};

/* The removal of one segment. Set the first part, zero-initialise the rest. */
struct removal {
	const struct removal_options *options;
	const char *word; /* the operand, for messages */
	int id;
	struct holder_list *holders;
	/* the result */
	int status;
	bool marked;             /* it is marked for removal, and still attached */
	struct shmbox_info info; /* as last read; does not count our own attach */
	/* private to removal.c */
	struct shmbox_map map; /* attached by wipe if its address is set */
	uint64_t wiped;        /* bytes */
};

/*
 * Removes the segment, or reports why it was not removed; the guards are checked before
 * each step. With dry_run, only reports what would happen.
 */
void removal_run(struct removal *removal);

/* True if a segment is removed without a look at it before. */
bool removal_is_plain(const struct removal_options *options);

/*
 * Reports the removal of a segment without guards, of which shmbox_remove() returned
 * attached.
 */
void removal_end(struct removal *removal, int attached);

#endif
