/* SPDX-License-Identifier: MIT */
/* filter.h - choose segments of a list by their properties */
#ifndef FILTER_H
#define FILTER_H

#include <shmbox/shmbox.h>

#include "list/listing.h"
#include "text/names.h"

/* The conditions. A member that is zero excludes no segment. */
struct filter {
	bool orphan;
	bool unattached;
	bool unknown; /* for filter_selects(): unknown processes count as exited, unknown times as old */
	bool removed;
	bool by_key;
	bool by_idle;
	key_t key;
	struct owner owner;
	uint64_t min_size;
	uint64_t idle; /* nanoseconds, the unit of a DURATION */
	pid_t creator;
	pid_t holder;               /* a process that has the segment attached */
	struct shmbox_holder *held; /* the mappings of that process */
	int held_count;
};

/*
 * Finds what the process holder has attached in our IPC namespace. Returns 0, or a
 * negated errno of shmbox_held_by(), and then treats it as having nothing attached. The
 * caller frees held.
 */
int filter_read_holder(struct filter *filter);

/* True if all conditions are true. */
bool filter_passes(const struct filter *filter, const struct shmbox_info *info,
                   struct listing *listing);

/*
 * True if shmreap may remove the segment. An orphan must pass the filter. With
 * unattached, a segment must pass and have been idle for listing->idle seconds, and its
 * creator must not be alive in another PID namespace. None of these facts may be unknown,
 * unless filter->unknown is set.
 */
bool filter_selects(const struct filter *filter, const struct shmbox_info *info,
                    struct listing *listing);
/* True if the segment is not selected only because a fact about it is unknown. */
bool filter_is_uncertain(const struct filter *filter, const struct shmbox_info *info,
                         struct listing *listing);

/* Keeps the segments that pass, and returns their number. */
int filter_list(const struct filter *filter, struct shmbox_info *infos, int count,
                struct listing *listing);

/* Converts a DURATION to seconds, rounded up: the times of segments are whole seconds. */
int64_t whole_seconds(uint64_t nanoseconds);

#endif
