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
	bool by_holder;
	key_t key;
	struct owner owner;
	uint64_t min_size;
	uint64_t idle;                    /* nanoseconds, as options have them */
	const struct shmbox_holder *held; /* if by_holder: the mappings of that process */
	int held_count;
};

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
