/* SPDX-License-Identifier: MIT */
/*
 * held.c - the holders of several segments, consistent with the kernel's counts
 *
 * The counts and the scan of all processes are from different moments, and a process may
 * attach or detach between them. We scan again while they differ, until nothing changes
 * any more: attaches that are still missing are hidden from us.
 */

#include <poll.h>

#include "holders/holders.h"

/*
 * MAX_SCANS: the maximum number of scans, which a process that forks all the time can
 * reach. STABLE_SCANS: the number of unchanged scans after which the result is final, and
 * the smaller number that suffices if processes are known to be hidden from us.
 */
enum { MAX_SCANS = 100, STABLE_SCANS_IF_DENIED = 2, STABLE_SCANS = 7 };

/* Returns how many of the sorted holders have a lower segment id. */
static int rank(const struct shmbox_holder *holders, int count, int64_t id)
{
	int low = 0;
	int high = count;

	while (low < high) {
		int middle = low + (high - low) / 2;

		if (holders[middle].id < id)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

int shmbox_held_at(const struct shmbox_holder *holders, int count, int id, int *first)
{
	*first = rank(holders, count, id);
	return rank(holders, count, (int64_t)id + 1) - *first;
}

/* Updates count, times and last pid of a segment. Returns true if nothing has changed. */
static bool refresh(struct shmbox_info *info)
{
	struct shmbox_info now;
	bool same;
	int rc = shmbox_stat(info->id, &now);

	if (rc == -ENOENT)
		now.attached = 0;
	else if (rc < 0)
		return false;
	same = now.attached == info->attached &&
	       (!now.attached ||
	        (now.last_pid == info->last_pid && now.attach_time == info->attach_time &&
	         now.detach_time == info->detach_time));
	info->attached = now.attached;
	if (!now.attached)
		return same;
	info->last_pid = now.last_pid;
	info->attach_time = now.attach_time;
	info->detach_time = now.detach_time;
	return same;
}

/* The result of one scan. */
struct comparison {
	bool matches;   /* all counts are equal to those of the list, which is certain */
	bool unchanged; /* no count has changed since the previous scan */
};

static struct comparison compare(struct shmbox_info *infos, size_t count,
                                 const struct shmbox_holder *holders, int found)
{
	struct comparison comparison = { .matches = true, .unchanged = true };
	int first;

	for (size_t i = 0; i < count; i++) {
		int here = shmbox_held_at(holders, found, infos[i].id, &first);

		if (!infos[i].attached && !here)
			continue;
		comparison.unchanged &= refresh(&infos[i]);
		comparison.matches &= infos[i].attached == (uint64_t)here &&
		                      all_certain(holders + first, here);
	}
	return comparison;
}

/*
 * True if no count changes for this many milliseconds. A process that forks all the time
 * can be in the same state after each scan, because scans delay it; between scans its
 * counts change.
 */
static bool stays_unchanged(struct shmbox_info *infos, size_t count, int milliseconds)
{
	bool same = true;

	while (same && milliseconds-- > 0) {
		poll(NULL, 0, 1);
		for (size_t i = 0; i < count; i++)
			same &= !infos[i].attached || refresh(&infos[i]);
	}
	return same;
}

static bool same_list(const struct shmbox_holder *before, int count_before,
                      const struct shmbox_holder *now, int count)
{
	if (count != count_before)
		return false;
	for (int i = 0; i < count; i++) {
		if (now[i].id != before[i].id || now[i].pid != before[i].pid ||
		    now[i].start != before[i].start || now[i].end != before[i].end)
			return false;
	}
	return true;
}

int shmbox_held(struct shmbox_info *infos, size_t count, struct shmbox_holder **out)
{
	struct shmbox_holder *before = NULL;
	int count_before = 0;
	bool undisturbed = true;
	int same = 0;

	*out = NULL;
	for (int round = 0;; round++) {
		struct scan scan;
		int found =
			scan_holders(count == 1 ? infos->id : SHMBOX_ALL, 0, out, &scan);
		struct comparison comparison;

		if (found < 0) {
			free(before);
			return found;
		}
		comparison = compare(infos, count, *out, found);
		if (undisturbed && comparison.unchanged &&
		    same_list(before, count_before, *out, found))
			same++;
		else
			same = 0;
		free(before);
		if (comparison.matches || round == MAX_SCANS - 1 ||
		    same == (scan.denied ? STABLE_SCANS_IF_DENIED : STABLE_SCANS))
			return found;
		before = *out;
		count_before = found;
		/* an exiting process loses its mappings before its attaches */
		undisturbed = stays_unchanged(infos, count, 1 << same);
	}
}
