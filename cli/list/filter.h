/* filter.h - which segments of a list are chosen */
#ifndef FILTER_H
#define FILTER_H

#include <shmbox/shmbox.h>

#include "list/listing.h"
#include "text/names.h"

/* A member that is zero excludes no segment. */
struct filter {
	bool orphan;
	bool unattached;
	bool unknown; /* filter_selects(): unknown processes have exited, unknown times are old */
	bool removed;
	bool by_key;
	bool by_idle;
	key_t key;
	struct owner owner;
	uint64_t min_size;
	uint64_t idle;              /* nanoseconds, the unit of a DURATION */
	pid_t holder;               /* a process that has the segment attached */
	struct shmbox_holder *held; /* the mappings of that process */
	int held_count;
};

/*
 * Finds what the holder has attached in the IPC namespace of this process. Returns 0, or what
 * shmbox_held_by() failed with; then the holder has nothing attached. The caller frees held.
 */
int filter_read_holder(struct filter *filter);

/* Whether all conditions are true. */
bool filter_passes(const struct filter *filter, const struct shmbox_info *info,
                   struct listing *listing);

/*
 * Whether shmreap may remove the segment. It must be an orphan that passes; with unattached, it
 * must pass and have been idle for listing->idle seconds, and its creator must not be alive in
 * another PID namespace. Nothing of this may be unknown, unless filter->unknown is set.
 */
bool filter_selects(const struct filter *filter, const struct shmbox_info *info,
                    struct listing *listing);
/* Whether it may not be removed only because something about it is unknown. */
bool filter_doubts(const struct filter *filter, const struct shmbox_info *info,
                   struct listing *listing);

/* Keeps the segments that pass, and returns their number. */
int filter_list(const struct filter *filter, struct shmbox_info *infos, int count,
                struct listing *listing);

/* A DURATION in seconds, rounded up, because times of segments are whole seconds. */
int64_t whole_seconds(uint64_t nanoseconds);

#endif
