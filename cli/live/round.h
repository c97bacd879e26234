/* SPDX-License-Identifier: MIT */
/* round.h - one round of a live view: the segments, and facts about all of them */
#ifndef ROUND_H
#define ROUND_H

#include <shmbox/shmbox.h>

#include "list/columns.h"
#include "live/changes.h"
#include "segment/selection.h"

/* What a live view shows. Zero-initialise, set the first part; free with round_end(). */
struct round {
	const struct args *args;
	struct filter filter;
	struct columns columns;
	char order
		[TEXT_MAX]; /* the column that it is sorted by, "-" before it; "": none */
	bool everywhere;    /* segments of all namespaces */
	bool measured;   /* bytes in memory are wanted, even without a column of them */
	bool with_gone;  /* rows of segments that are removed stay for one round */
	bool with_head;  /* facts about all segments are wanted too */
	bool with_state; /* .. and the time and the order */
	int64_t idle;    /* seconds */
	/* the round */
	int number; /* of rounds so far */
	struct selection selection;
	struct changes changes;
	bool has_limits; /* otherwise they are unknown, and 0 */
	struct shmbox_limits limits;
	int namespaces;
	int total;  /* segments without a filter */
	int marked; /* for removal */
	int orphans;
	int unknown; /* perhaps orphans */
	uint64_t orphan_bytes;
	/* private to round.c */
	pid_t keeper;   /* a process in our namespace, for round_return() .. */
	int keeper_end; /* .. which exits when this descriptor is closed */
};

/* The columns of a wide terminal, and of tables one after the other. */
#define LIVE_COLUMNS "id,key,owner,perms,size,rss,nattch,status,age,command"

/* Takes a round in place of the last. Returns a status. */
int round_take(struct round *round);
/* Sorts the segments again, after a change of the order. Returns a status. */
int round_sort(struct round *round);
void round_end(struct round *round);

/*
 * Enters the namespace of a segment of this round. Returns 0 or a negated errno;
 * round_return() undoes it.
 */
int round_visit(const struct round *round, const struct shmbox_info *info);
void round_return(const struct round *round);

#endif
