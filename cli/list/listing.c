/* listing.c - what a listing knows beside the segments themselves */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include <shmbox/shmbox.h>

#include "list/listing.h"
#include "text/text.h"

static const struct place nowhere = { .holder_count = -ENOSYS };

/* Whether each of these is an attach of its own for certain. */
static bool is_certain(const struct shmbox_holder *holders, int count)
{
	while (holders && count > 0 && !holders[count - 1].doubtful)
		count--;
	return count == 0;
}

static struct holding holding_at(const struct place *place,
                                 const struct shmbox_info *info)
{
	int count = place->holder_count > 0 ? place->holder_count : 0;
	int first;
	int mappings = shmbox_held_at(place->holders, count, info->id, &first);
	const struct shmbox_holder *holders = mappings ? place->holders + first : NULL;
	bool certain = is_certain(holders, mappings);

	return (struct holding){
		.first = holders,
		.mappings = mappings,
		.certain = certain,
		.complete = certain && (uint64_t)mappings == info->attached,
	};
}

/* Whether all of them are known to have none; of no segment in particular, nothing is. */
static bool none_attached(const struct shmbox_info *infos, int count)
{
	int left = count;

	while (left > 0 && !infos[left - 1].attached)
		left--;
	return count > 0 && left == 0;
}

static void find_holders(struct place *place, struct shmbox_info *infos, int count)
{
	place->holder_count = 0;
	if (none_attached(infos, count))
		return;
	place->holder_count = shmbox_held(infos, (size_t)count, &place->holders);
	for (int i = 0; i < count; i++) {
		struct holding holding = holding_at(place, &infos[i]);

		if (holding.mappings)
			infos[i].huge_page = holding.first->huge_page;
	}
}

/* Whether a holder could tell what the table of segments does not. */
static bool is_doubtful(const struct shmbox_info *infos, int count)
{
	for (int i = 0; i < count; i++) {
		if (infos[i].attached && infos[i].resident < 0)
			return true;
	}
	return false;
}

static void look(struct place *place, struct shmbox_info *infos, int count,
                 unsigned needs)
{
	place->holder_count = -ENOSYS;
	if (needs & NEEDS_HOLDERS)
		find_holders(place, infos, count);
	/* without /proc these stay unknown, and are shown as that */
	if (!(needs & NEEDS_MEMORY) || shmbox_memory(infos, (size_t)count) < 0)
		return;
	if (!(needs & NEEDS_HOLDERS) && is_doubtful(infos, count)) {
		find_holders(place, infos, count);
		shmbox_memory(infos, (size_t)count);
	}
}

void listing_look_at(struct listing *listing, const struct shmbox_namespace *namespace,
                     struct shmbox_info *infos, int count, unsigned needs)
{
	struct place *more = realloc(listing->places,
	                             ((size_t)listing->place_count + 1) * sizeof(*more));
	struct place *place;
	int rc = 0;

	if (!more)
		return;
	listing->places = more;
	place = &more[listing->place_count++];
	*place = (struct place){ .ns = namespace->ns, .pid = namespace->pid };
	if (needs & NEEDS_NAMESPACE)
		rc = shmbox_process_group(place->pid, place->group, sizeof(place->group));
	place->group_hidden = rc < 0 && rc != -ENOENT;
	look(place, infos, count, needs);
}

/* Our own, with a process that is still there when we have ended, if there is one. */
static void find_here(struct shmbox_namespace *here)
{
	struct shmbox_namespace *all;
	int hidden;
	int count = shmbox_namespace(here) < 0 ? -1 : shmbox_namespaces(&all, &hidden);

	for (int i = 0; i < count; i++) {
		if (all[i].ns == here->ns)
			here->pid = all[i].pid;
	}
	if (count >= 0)
		free(all);
}

void listing_look(struct listing *listing, struct shmbox_info *infos, int count,
                  unsigned needs)
{
	struct shmbox_namespace here = { 0 };

	if (needs & NEEDS_NAMESPACE)
		find_here(&here);
	for (int i = 0; i < count; i++)
		infos[i].ns = here.ns;
	listing_look_at(listing, &here, infos, count, needs);
}

void listing_end(struct listing *listing)
{
	for (int i = 0; i < listing->place_count; i++)
		free(listing->places[i].holders);
	free(listing->places);
}

const struct place *listing_place(const struct listing *listing,
                                  const struct shmbox_info *info)
{
	for (int i = 0; i < listing->place_count; i++) {
		if (listing->places[i].ns == info->ns)
			return &listing->places[i];
	}
	return &nowhere;
}

struct holding listing_holding(const struct listing *listing,
                               const struct shmbox_info *info)
{
	return holding_at(listing_place(listing, info), info);
}

const struct shmbox_verdict *listing_judge(struct listing *listing,
                                           const struct shmbox_info *info)
{
	size_t place = ((uintptr_t)info - (uintptr_t)listing->settled) / sizeof(*info);

	if (listing->settled && place < (size_t)listing->settled_count)
		return &listing->verdicts[place];
	if (!listing->judged || listing->judged_id != info->id ||
	    listing->judged_ns != info->ns)
		shmbox_judge(info, listing->idle, &listing->witness, &listing->verdict);
	listing->judged = true;
	listing->judged_id = info->id;
	listing->judged_ns = info->ns;
	return &listing->verdict;
}

void listing_forget(struct listing *listing)
{
	listing->judged = false;
	listing->witness.asked = false;
}

void listing_reason(struct listing *listing, const struct shmbox_info *info, char *out)
{
	const struct shmbox_verdict *verdict = listing_judge(listing, info);
	char age[TEXT_MAX];

	switch (verdict->reason) {
	case SHMBOX_REASON_ENDED:
		snprintf(out, TEXT_MAX,
		         "not attached; creator and last user have exited");
		break;
	case SHMBOX_REASON_ATTACHED:
		snprintf(out, TEXT_MAX, "attached");
		break;
	case SHMBOX_REASON_CREATOR_ALIVE:
		snprintf(out, TEXT_MAX, "creator %d is alive", (int)info->creator_pid);
		break;
	case SHMBOX_REASON_LAST_ALIVE:
		snprintf(out, TEXT_MAX, "last user %d is alive", (int)info->last_pid);
		break;
	case SHMBOX_REASON_RECENT:
		snprintf(out, TEXT_MAX, "used %s ago", text_age(age, verdict->idle));
		break;
	case SHMBOX_REASON_PROC:
		snprintf(out, TEXT_MAX, "processes are hidden, or /proc is missing");
		break;
	case SHMBOX_REASON_CREATOR_UNKNOWN:
		snprintf(out, TEXT_MAX, "creator is outside this PID namespace");
		break;
	case SHMBOX_REASON_LAST_UNKNOWN:
		snprintf(out, TEXT_MAX, "last user is outside this PID namespace");
		break;
	case SHMBOX_REASON_CLOCK:
		snprintf(out, TEXT_MAX, "its times are before the boot or in the future");
		break;
	}
}
