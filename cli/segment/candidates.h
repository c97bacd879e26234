/*
 * candidates.h - unused segments that are to be removed
 *
 * The candidates are the segments that a filter selects, each with the verdict that it was
 * selected for. Every one is checked again right before it is removed.
 */
#ifndef CANDIDATES_H
#define CANDIDATES_H

#include <shmbox/shmbox.h>

#include "list/filter.h"
#include "list/listing.h"
#include "segment/held.h"

enum outcome {
	OUTCOME_FOUND,
	OUTCOME_UNKNOWN, /* kept, because its state is unknown */
	OUTCOME_KEPT,    /* by the check right before its removal */
	OUTCOME_REMOVED,
	OUTCOME_MARKED, /* for removal: a process attached it after that check */
	OUTCOME_GONE,   /* another process removed it first */
	OUTCOME_FAILED,
};

/* Set the first part, leave the rest zero; candidates_end() frees it. */
struct candidates {
	struct filter filter;
	bool keep_keyed; /* keep segments with a key: a process can find them again */
	bool include_unknown; /* include the segments whose state is unknown */
	bool count_recent;    /* count those that only their idle time keeps */
	struct listing listing;
	struct holder_list holders;
	/* for each candidate: */
	struct shmbox_info *infos;
	struct shmbox_verdict *verdicts;
	enum outcome *outcomes;
	int count;
	/* how many segments were kept: */
	int keyed;
	int misdated; /* one of its times is before the boot or in the future */
	int unknown;  /* something else is unknown */
	int recent;
};

/* Finds them in this IPC namespace. Returns a status. */
int candidates_find(struct candidates *candidates);
void candidates_end(struct candidates *candidates);

/* ---- candidates_remove.c ---- */

/* Removes those that were found, or with dry_run reports which may not be. Returns a status. */
int candidates_remove(struct candidates *candidates, bool dry_run);

#endif
