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
static bool is_idle(const struct shmbox_info *info, uint64_t nanoseconds)
{
	int64_t idle = shmbox_idle(info);

	return idle >= 0 && idle >= whole_seconds(nanoseconds);
}

bool filter_passes(const struct filter *filter, const struct shmbox_info *info,
                   struct sight *sight)
{
	const struct owner *owner = &filter->owner;
	enum shmbox_orphan orphan;

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
	if (filter->by_idle && !is_idle(info, filter->idle))
		return false;
	if (!filter->orphan)
		return true;
	orphan = sight_judge(sight, info)->orphan;
	sight->doubts += orphan == SHMBOX_ORPHAN_UNKNOWN;
	return orphan == SHMBOX_ORPHAN_YES;
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
