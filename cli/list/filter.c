/* filter.c - which segments of a list are meant */

#include "filter.h"

int64_t whole_seconds(uint64_t nanoseconds)
{
	enum { BILLION = 1000000000 };

	return (int64_t)(nanoseconds / BILLION + (nanoseconds % BILLION != 0));
}

static bool is_held(const struct filter *filter, int id)
{
	for (int i = 0; i < filter->held_count; i++) {
		if (filter->held[i].id == id)
			return true;
	}
	return false;
}

/* For how long may be unknown, and then cannot be said to be long enough. */
static bool is_idle(const struct shmbox_info *info, uint64_t nanoseconds,
                    struct sight *sight)
{
	int64_t idle = shmbox_idle(info);

	sight->undated += idle < 0;
	return idle >= 0 && idle >= whole_seconds(nanoseconds);
}

bool filter_passes(const struct filter *filter, const struct shmbox_info *info,
                   struct sight *sight)
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
	if (info->size < filter->min_size)
		return false;
	if (filter->by_holder && !is_held(filter, info->id))
		return false;
	if (filter->by_idle && !is_idle(info, filter->idle, sight))
		return false;
	if (!filter->orphan)
		return true;
	verdict = sight_judge(sight, info);
	sight->doubts += verdict->orphan == SHMBOX_ORPHAN_UNKNOWN;
	sight->recent += verdict->reason == SHMBOX_REASON_RECENT;
	return verdict->orphan == SHMBOX_ORPHAN_YES;
}

/* The same for shmreap, and its idle time is long enough, as far as that is known. */
static bool is_meant(const struct filter *filter, const struct shmbox_info *info,
                     struct sight *sight)
{
	int64_t idle = sight_judge(sight, info)->idle;

	return filter_passes(filter, info, sight) &&
	       (!filter->unattached || idle < 0 || idle >= sight->idle);
}

bool filter_condemns(const struct filter *filter, const struct shmbox_info *info,
                     struct sight *sight)
{
	const struct shmbox_verdict *verdict = sight_judge(sight, info);

	if (!is_meant(filter, info, sight))
		return false;
	if (!filter->unattached)
		return verdict->orphan == SHMBOX_ORPHAN_YES;
	/* that what another container has made is abandoned is not known here */
	return verdict->creator != SHMBOX_FATE_ELSEWHERE &&
	       (filter->unknown ||
	        (verdict->creator != SHMBOX_FATE_UNKNOWN && verdict->idle >= 0));
}

bool filter_doubts(const struct filter *filter, const struct shmbox_info *info,
                   struct sight *sight)
{
	return is_meant(filter, info, sight) && !filter_condemns(filter, info, sight) &&
	       (filter->unattached ||
	        sight_judge(sight, info)->orphan == SHMBOX_ORPHAN_UNKNOWN);
}

int filter_list(const struct filter *filter, struct shmbox_info *infos, int count,
                struct sight *sight)
{
	int kept = 0;

	for (int i = 0; i < count; i++) {
		if (filter_passes(filter, &infos[i], sight))
			infos[kept++] = infos[i];
	}
	return kept;
}
