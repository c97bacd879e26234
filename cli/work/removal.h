/* removal.h - remove a segment: check its guards, wipe it, remove it */
#ifndef REMOVAL_H
#define REMOVAL_H

#include <shmbox/shmbox.h>

#include "segment/held.h"

/* What is asked for, the same for each segment. */
struct removal_options {
	bool ignore_missing; /* a segment that does not exist is no failure */
	bool dry_run;
	bool verbose;
	bool wipe;
	/* guards: a segment for which one is not true is refused */
	bool if_unattached;
	const char *if_key; /* as typed; NULL: any key, or none */
	key_t key;
	int64_t if_creator; /* 0: any process */
};

/* One segment. Set the first part, leave the rest zero. */
struct removal {
	const struct removal_options *options;
	const char *word; /* the operand, for messages */
	int id;
	struct holder_list *holders;
	/* the result */
	int status;
	bool marked;             /* it is marked for removal, and still attached */
	struct shmbox_info info; /* as last read; our own attach is not counted */
	/* of removal.c */
	struct shmbox_map map; /* attached if it has an address, by wipe */
	uint64_t wiped;        /* bytes */
};

/*
 * Removes the segment, or reports why it stays; the guards are checked right before each step.
 * With dry_run it is only reported what would happen.
 */
void removal_run(struct removal *removal);

#endif
