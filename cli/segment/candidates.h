/* SPDX-License-Identifier: MIT */
/*
 * candidates.h - unused segments to be removed
 *
 * The candidates are the segments that a filter selects, each with the verdict that it was
 * selected for. Every one is checked again right before it is removed. Those of several IPC
 * namespaces are found and removed in one namespace after the other.
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
	bool count_recent;    /* count those that only their idle time keeps */
	bool quiet;           /* note nothing */
	unsigned needs;       /* NEEDS_ bits of the columns that will be printed */
	struct listing listing;
	struct holder_list holders;
	int first; /* the first one of the namespace that this process is in */
	pid_t pid; /* a process in it; 0: it is our own */
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

/*
 * Finds them in the IPC namespace that this process is in, and adds them. where: this namespace
 * among several, or NULL. Returns 0 or a negated errno.
 */
int candidates_find(struct candidates *candidates, const struct shmbox_namespace *where);
void candidates_end(struct candidates *candidates);

/* ---- candidates_report.c ---- */

/* Notes how many segments were kept, and why. verbose: those of unknown state are listed. */
void candidates_note_kept(const struct candidates *candidates, bool verbose);
/* Notes "removed 12 segments, 340M", and what else became of them, if any was removed. */
void candidates_note_removed(const struct candidates *candidates);

/* ---- candidates_remove.c ---- */

/*
 * Removes those that were found in the namespace that this process is in, or with dry_run
 * reports which may not be. Returns a status.
 */
int candidates_remove(struct candidates *candidates, bool dry_run);

#endif
