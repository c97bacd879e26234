/* SPDX-License-Identifier: MIT */
/* filter.c - choose segments of a list by their properties */

#include <stdlib.h>

#include <shmbox/shmbox.h>

#include "list/filter.h"
#include "text/names.h"

int64_t whole_seconds(uint64_t nanoseconds)
{
	enum { BILLION = 1000000000 };

	return (int64_t)(nanoseconds / BILLION + (nanoseconds % BILLION != 0));
}

int filter_read_holder(struct filter *filter)
{
	struct shmbox_holder *held;
	int count = shmbox_held_by(filter->holder, &held);

	free(filter->held);
	filter->held = held;
	filter->held_count = count < 0 ? 0 : count;
	return count < 0 ? count : 0;
}

static bool has_attached(const struct filter *filter, int id)
{
	for (int i = 0; i < filter->held_count; i++) {
		if (filter->held[i].id == id)
			return true;
	}
	return false;
}

/* An unknown idle time is counted in listing->undated, and does not pass. */
static bool is_idle(const struct shmbox_info *info, uint64_t nanoseconds,
                    struct listing *listing)
{
	int64_t idle = shmbox_idle(info);

	listing->undated += idle < 0;
	return idle >= 0 && idle >= whole_seconds(nanoseconds);
}

bool filter_passes(const struct filter *filter, const struct shmbox_info *info,
                   struct listing *listing)
{
	const struct owner *owner = &filter->owner;
	const struct shmbox_verdict *verdict;

	if (filter->unattached && info->attached)
		return false;
	if (filter->removed && !info->removed)
		return false;
	if (owner->has_user && info->owner_uid != owner->user)
		return false;
	if (owner->has_group && info->owner_gid != owner->group)
		return false;
	if (filter->by_key && info->key != filter->key)
		return false;
	if (filter->creator && info->creator_pid != filter->creator)
		return false;
	if (info->size < filter->min_size)
		return false;
	if (filter->holder && !has_attached(filter, info->id))
		return false;
	if (filter->by_idle && !is_idle(info, filter->idle, listing))
		return false;
	if (!filter->orphan)
		return true;
	verdict = listing_judge(listing, info);
	listing->unknown += verdict->orphan == SHMBOX_ORPHAN_UNKNOWN;
	listing->recent += verdict->reason == SHMBOX_REASON_RECENT;
	return verdict->orphan == SHMBOX_ORPHAN_YES;
}

/*
 * True if the segment passes and, with unattached, its idle time is long enough or
 * unknown.
 */
static bool is_eligible(const struct filter *filter, const struct shmbox_info *info,
                        struct listing *listing)
{
	int64_t idle = listing_judge(listing, info)->idle;

	return filter_passes(filter, info, listing) &&
	       (!filter->unattached || idle < 0 || idle >= listing->idle);
}

bool filter_selects(const struct filter *filter, const struct shmbox_info *info,
                    struct listing *listing)
{
	const struct shmbox_verdict *verdict = listing_judge(listing, info);

	if (!is_eligible(filter, info, listing))
		return false;
	if (!filter->unattached)
		return verdict->orphan == SHMBOX_ORPHAN_YES;
	/* a creator in another PID namespace is alive in some container */
	return verdict->creator != SHMBOX_FATE_ELSEWHERE &&
	       (filter->unknown ||
	        (verdict->creator != SHMBOX_FATE_UNKNOWN && verdict->idle >= 0));
}

bool filter_is_uncertain(const struct filter *filter, const struct shmbox_info *info,
                         struct listing *listing)
{
	return is_eligible(filter, info, listing) &&
	       !filter_selects(filter, info, listing) &&
	       (filter->unattached ||
	        listing_judge(listing, info)->orphan == SHMBOX_ORPHAN_UNKNOWN);
}

int filter_list(const struct filter *filter, struct shmbox_info *infos, int count,
                struct listing *listing)
{
	int kept = 0;

	for (int i = 0; i < count; i++) {
		if (filter_passes(filter, &infos[i], listing))
			infos[kept++] = infos[i];
	}
	return kept;
}
