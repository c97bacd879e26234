/*
 * candidates.h - unused segments to be removed
 *
 * The candidates are the segments that a filter selects, each with the verdict that
 * selected it. Each is checked again immediately before it is removed.
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
	OUTCOME_KEPT,    /* because of the check before its removal */
	OUTCOME_REMOVED,
	OUTCOME_MARKED, /* marked for removal: a process attached it after that check */
	OUTCOME_GONE,   /* another process removed it first */
	OUTCOME_FAILED,
};

/* Set the first part, zero-initialise the rest; free with candidates_end(). */
struct candidates {
	struct filter filter;
	bool keep_keyed; /* keep segments with a key: a process can find them again */
	bool include_unknown; /* include the segments whose state is unknown */
	bool count_recent;    /* count segments that only their idle time keeps */
	struct listing listing;
	struct holder_list holders;
	/* for each candidate: */
	struct shmbox_info *infos;
	struct shmbox_verdict *verdicts;
	enum outcome *outcomes;
	int count;
	/* numbers of segments that were kept, or skipped: */
	int keyed;
	int misdated; /* one of its times is before the boot or in the future */
	int unknown;  /* another fact about it is unknown */
	int recent;
};

/* Finds the candidates in our IPC namespace. Returns a status. */
int candidates_find(struct candidates *candidates);
void candidates_end(struct candidates *candidates);

/* ---- candidates_remove.c ---- */

/*
 * Removes the candidates; with dry_run, only reports those that may not be removed.
 * Returns a status.
 */
int candidates_remove(struct candidates *candidates, bool dry_run);

#endif
