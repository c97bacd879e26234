/* filter.h - which segments of a list are meant */
#ifndef FILTER_H
#define FILTER_H

#include <shmbox/shmbox.h>

#include "list/listing.h"
#include "text/names.h"

/* What is zero does not filter. */
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
	uint64_t idle;              /* nanoseconds, as options have them */
	pid_t holder;               /* a process that has the segment attached */
	struct shmbox_holder *held; /* the mappings of that process */
	int held_count;
};

/*
 * Finds what the holder has attached in the IPC namespace of this process. Returns 0, or what
 * shmbox_held_by() failed with; then the holder has nothing attached. The caller frees held.
 */
int filter_read_holder(struct filter *filter);

bool filter_passes(const struct filter *filter, const struct shmbox_info *info,
                   struct listing *listing);

/*
 * Whether shmreap is to take a segment: an orphan that passes; or with unattached any that was
 * idle for listing->idle seconds, if the process that made it is known and not elsewhere.
 */
bool filter_selects(const struct filter *filter, const struct shmbox_info *info,
                    struct listing *listing);
/* Whether it is not to be taken only because too little of it is known. */
bool filter_doubts(const struct filter *filter, const struct shmbox_info *info,
                   struct listing *listing);

/* Keeps what passes; returns how many these are. */
int filter_list(const struct filter *filter, struct shmbox_info *infos, int count,
                struct listing *listing);

/* A DURATION in whole seconds: what is idle for so long, is so for the duration. */
int64_t whole_seconds(uint64_t nanoseconds);

#endif
