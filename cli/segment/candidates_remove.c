/* SPDX-License-Identifier: MIT */
/* candidates_remove.c - remove unused segments, each after a last check */

#include <errno.h>
#include <stdio.h>

#include <shmbox/shmbox.h>

#include "diag/diag.h"
#include "segment/candidates.h"
#include "text/text.h"

/* The kernel reuses ids. A mark for removal clears the key. */
static bool is_same(const struct shmbox_info *before, const struct shmbox_info *now)
{
	return now->creator_pid == before->creator_pid && now->size == before->size &&
	       (now->key == before->key || now->removed);
}

static void report_kept(struct candidates *candidates, const struct shmbox_info *info,
                        const char *object)
{
	struct listing *listing = &candidates->listing;
	enum shmbox_orphan orphan = listing_judge(listing, info)->orphan;
	char reason[TEXT_MAX];

	if (candidates->quiet)
		return;
	listing_reason(listing, info, reason);
	if (info->attached || orphan == SHMBOX_ORPHAN_NO)
		note(object, "kept: it is in use again (%s)", reason);
	else if (orphan == SHMBOX_ORPHAN_UNKNOWN)
		note(object, "kept: %s", reason);
	else
		note(object, "kept: it was changed and is no longer selected");
}

/* Returns OUTCOME_FOUND if the segment is still selected. */
static enum outcome check_again(struct candidates *candidates, int index,
                                const char *object)
{
	struct listing *listing = &candidates->listing;
	struct shmbox_info *info = &candidates->infos[index];
	struct shmbox_info now;
	int rc = shmbox_stat(info->id, &now);

	if (rc == -ENOENT || (rc == 0 && !is_same(info, &now)))
		return OUTCOME_GONE;
	if (rc < 0) {
		failed_on(SHMBOX_STAT, rc, object, info->id);
		return OUTCOME_FAILED;
	}
	now.ns = info->ns;
	listing_forget(listing);
	candidates->verdicts[index] = *listing_judge(listing, &now);
	*info = now;
	if (filter_selects(&candidates->filter, info, listing))
		return OUTCOME_FOUND;
	report_kept(candidates, info, object);
	return OUTCOME_KEPT;
}

static int remove_one(struct candidates *candidates, int index, const char *object)
{
	enum outcome *outcome = &candidates->outcomes[index];
	int id = candidates->infos[index].id;
	int attached;

	*outcome = check_again(candidates, index, object);
	if (*outcome != OUTCOME_FOUND)
		return *outcome == OUTCOME_FAILED ? STATUS_FAILED : STATUS_OK;
	attached = shmbox_remove(id);
	if (attached == -ENOENT) {
		*outcome = OUTCOME_GONE;
	} else if (attached < 0) {
		*outcome = OUTCOME_FAILED;
		return failed_on(SHMBOX_REMOVE, attached, object, id);
	} else if (attached > 0) {
		*outcome = OUTCOME_MARKED;
		if (!candidates->quiet)
			note_marked(object, id, attached, &candidates->holders);
	} else {
		*outcome = OUTCOME_REMOVED;
	}
	return STATUS_OK;
}

/* Reports if the segment may not be removed, as far as its permissions show that. */
static int try_one(struct candidates *candidates, int index, const char *object)
{
	const struct shmbox_info *info = &candidates->infos[index];

	if (shmbox_may_control(info))
		return STATUS_OK;
	candidates->outcomes[index] = OUTCOME_FAILED;
	return failed_on(SHMBOX_REMOVE, -EPERM, object, info->id);
}

/* The id, which in another namespace than our own is not enough. */
static void name(const struct candidates *candidates, int index, char out[TEXT_MAX])
{
	int id = candidates->infos[index].id;

	if (candidates->pid)
		snprintf(out, TEXT_MAX, "%d (--ns %d)", id, (int)candidates->pid);
	else
		snprintf(out, TEXT_MAX, "%d", id);
}

int candidates_remove(struct candidates *candidates, bool dry_run)
{
	int status = STATUS_OK;

	for (int i = candidates->first; i < candidates->count; i++) {
		char object[TEXT_MAX];
		int now;

		if (candidates->outcomes[i] != OUTCOME_FOUND)
			continue;
		name(candidates, i, object);
		now = dry_run ? try_one(candidates, i, object)
		              : remove_one(candidates, i, object);
		status = status_join(status, now);
	}
	return status;
}
