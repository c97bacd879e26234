/* SPDX-License-Identifier: MIT */
/* listing.c - the facts that a listing finds out about segments */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include <shmbox/shmbox.h>

#include "list/listing.h"
#include "text/text.h"

static const struct listed_namespace unlisted = { .holder_count = -ENOSYS };

/* True if each mapping is exactly one attach. */
static bool is_certain(const struct shmbox_holder *holders, int count)
{
	while (holders && count > 0 && !holders[count - 1].doubtful)
		count--;
	return count == 0;
}

static struct holding holding_at(const struct listed_namespace *listed,
                                 const struct shmbox_info *info)
{
	int count = listed->holder_count > 0 ? listed->holder_count : 0;
	int first;
	int mappings = shmbox_held_at(listed->holders, count, info->id, &first);
	const struct shmbox_holder *holders = mappings ? listed->holders + first : NULL;
	bool certain = is_certain(holders, mappings);

	return (struct holding){
		.first = holders,
		.mappings = mappings,
		.certain = certain,
		.complete = certain && (uint64_t)mappings == info->attached,
	};
}

/* True if no segment is attached; an empty list is a request for the holders of all. */
static bool none_attached(const struct shmbox_info *infos, int count)
{
	int left = count;

	while (left > 0 && !infos[left - 1].attached)
		left--;
	return count > 0 && left == 0;
}

static void find_holders(struct listed_namespace *listed, struct shmbox_info *infos,
                         int count)
{
	listed->holder_count = 0;
	if (none_attached(infos, count))
		return;
	listed->holder_count = shmbox_held(infos, (size_t)count, &listed->holders);
	for (int i = 0; i < count; i++) {
		struct holding holding = holding_at(listed, &infos[i]);

		if (holding.mappings)
			infos[i].huge_page = holding.first->huge_page;
	}
}

/* True if a holder's mappings may show memory that the table of segments does not. */
static bool is_doubtful(const struct shmbox_info *infos, int count)
{
	for (int i = 0; i < count; i++) {
		if (infos[i].attached && infos[i].resident < 0)
			return true;
	}
	return false;
}

static void read_facts(struct listed_namespace *listed, struct shmbox_info *infos,
                       int count, unsigned needs)
{
	listed->holder_count = -ENOSYS;
	if (needs & NEEDS_HOLDERS)
		find_holders(listed, infos, count);
	/* without /proc the sizes stay unknown */
	if (!(needs & NEEDS_MEMORY) || shmbox_memory(infos, (size_t)count) < 0)
		return;
	if (!(needs & NEEDS_HOLDERS) && is_doubtful(infos, count)) {
		find_holders(listed, infos, count);
		shmbox_memory(infos, (size_t)count);
	}
}

void listing_read_in(struct listing *listing, const struct shmbox_namespace *namespace,
                     struct shmbox_info *infos, int count, unsigned needs)
{
	struct listed_namespace *more = realloc(
		listing->listed, ((size_t)listing->listed_count + 1) * sizeof(*more));
	struct listed_namespace *listed;
	int rc = 0;

	if (!more)
		return;
	listing->listed = more;
	listed = &more[listing->listed_count++];
	*listed = (struct listed_namespace){ .ns = namespace->ns, .pid = namespace->pid };
	if (needs & NEEDS_NAMESPACE)
		rc = shmbox_process_cgroup(listed->pid, listed->group,
		                           sizeof(listed->group));
	listed->group_hidden = rc < 0 && rc != -ENOENT;
	read_facts(listed, infos, count, needs);
}

/* Finds our namespace, and a process in it that outlives us, if there is one. */
static void find_here(struct shmbox_namespace *here)
{
	struct shmbox_namespace *all;
	int hidden;
	int count =
		shmbox_own_namespace(here) < 0 ? -1 : shmbox_namespaces(&all, &hidden);

	for (int i = 0; i < count; i++) {
		if (all[i].ns == here->ns)
			here->pid = all[i].pid;
	}
	if (count >= 0)
		free(all);
}

void listing_read(struct listing *listing, struct shmbox_info *infos, int count,
                  unsigned needs)
{
	struct shmbox_namespace here = { 0 };

	if (needs & NEEDS_NAMESPACE)
		find_here(&here);
	for (int i = 0; i < count; i++)
		infos[i].ns = here.ns;
	listing_read_in(listing, &here, infos, count, needs);
}

void listing_end(struct listing *listing)
{
	for (int i = 0; i < listing->listed_count; i++)
		free(listing->listed[i].holders);
	free(listing->listed);
}

const struct listed_namespace *listing_namespace(const struct listing *listing,
                                                 const struct shmbox_info *info)
{
	for (int i = 0; i < listing->listed_count; i++) {
		if (listing->listed[i].ns == info->ns)
			return &listing->listed[i];
	}
	return &unlisted;
}

struct holding listing_holding(const struct listing *listing,
                               const struct shmbox_info *info)
{
	return holding_at(listing_namespace(listing, info), info);
}

const struct shmbox_verdict *listing_judge(struct listing *listing,
                                           const struct shmbox_info *info)
{
	size_t index =
		((uintptr_t)info - (uintptr_t)listing->fixed_infos) / sizeof(*info);

	if (listing->fixed_infos && index < (size_t)listing->fixed_count)
		return &listing->fixed_verdicts[index];
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
