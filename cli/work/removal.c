/* SPDX-License-Identifier: MIT */
/* removal.c - remove a segment: check the guards, wipe it, remove it */

#include <errno.h>
#include <stdio.h>

#include <shmbox/shmbox.h>

#include "diag/diag.h"
#include "text/io.h"
#include "text/text.h"
#include "work/removal.h"
#include "work/task.h"

/* Reports that op failed. Returns false, which ends the removal. */
static bool failed_step(struct removal *removal, enum shmbox_op op, int rc)
{
	if (rc != -ENOENT || !removal->options->ignore_missing)
		removal->status = failed_on(op, rc, removal->word, removal->id);
	return false;
}

/* ---- guards ---- */

static int check_key(const struct removal *removal)
{
	const struct removal_options *options = removal->options;
	unsigned key = (unsigned)removal->info.key;

	if (!options->if_key || (key && removal->info.key == options->key))
		return STATUS_OK;
	if (!key)
		return fail(STATUS_REFUSED, removal->word,
		            "it has no key; --if-key requires %s", options->if_key);
	return fail(STATUS_REFUSED, removal->word, "its key is 0x%08x, not %s", key,
	            options->if_key);
}

static int check_creator(const struct removal *removal)
{
	int64_t wanted = removal->options->if_creator;
	pid_t creator = removal->info.creator_pid;

	if (!wanted || creator == wanted)
		return STATUS_OK;
	if (creator == 0)
		return fail(
			STATUS_REFUSED, removal->word,
			"its creator is unknown: a process outside this PID namespace");
	return fail(STATUS_REFUSED, removal->word, "its creator is process %d, not %lld",
	            (int)creator, (long long)wanted);
}

static int check_unattached(const struct removal *removal)
{
	const struct removal_options *options = removal->options;

	if (!removal->info.attached || !(options->if_unattached || options->wipe))
		return STATUS_OK;
	refuse_held(removal->word, &removal->info, removal->holders);
	if (options->wipe)
		hint("shmwipe --force %s", removal->word);
	return STATUS_REFUSED;
}

/* True if the segment exists and satisfies all guards. */
static bool check(struct removal *removal)
{
	int rc = shmbox_stat(removal->id, &removal->info);

	if (rc < 0)
		return failed_step(removal, SHMBOX_STAT, rc);
	removal->info.attached -= removal->map.address != NULL;
	removal->status = check_key(removal);
	if (removal->status == STATUS_OK)
		removal->status = check_creator(removal);
	if (removal->status == STATUS_OK)
		removal->status = check_unattached(removal);
	return removal->status == STATUS_OK;
}

/* ---- the steps ---- */

/*
 * Checks the permissions of the segment instead of attaching it, which would change its
 * times. A segment that may not be removed is not wiped either.
 */
static bool check_permission(struct removal *removal)
{
	const struct removal_options *options = removal->options;

	if ((options->dry_run || options->wipe) && !shmbox_may_control(&removal->info))
		return failed_step(removal, SHMBOX_REMOVE, -EPERM);
	return true;
}

static void report_dry_run(const struct removal *removal)
{
	fprintf(output, "%s: would be %s%s\n", removal->word,
	        removal->options->wipe ? "wiped and " : "",
	        removal->info.attached ? "marked" : "removed");
}

/*
 * Wipes the segment and leaves it attached: an attach of another process is then noticed,
 * and the id cannot be reused.
 */
static bool wipe(struct removal *removal)
{
	struct task task = { .object = removal->word, .job.flags = SHMBOX_SLACK };
	int rc = shmbox_attach(removal->id, 0, &removal->map);

	if (rc < 0)
		return failed_step(removal, SHMBOX_ATTACH, rc);
	if (!check(removal))
		return false;
	task.total = removal->map.size;
	task.job.length = removal->map.size;
	removal->status = task_run(&task, &removal->map, shmbox_wipe);
	removal->wiped = task_done(&task);
	return removal->status == STATUS_OK && check(removal);
}

/*
 * Detaches the segment after a wipe. Returns its number of attaches by other processes.
 */
static int detach(struct removal *removal)
{
	shmbox_detach(&removal->map);
	if (shmbox_stat(removal->id, &removal->info) < 0 || !removal->info.removed)
		return 0;
	return (int)removal->info.attached;
}

void removal_end(struct removal *removal, int attached)
{
	if (attached < 0) {
		failed_step(removal, SHMBOX_REMOVE, attached);
		return;
	}
	if (removal->map.address)
		attached = detach(removal);
	removal->marked = attached > 0;
	if (removal->marked)
		note_marked(removal->word, removal->id, attached, removal->holders);
	else if (removal->options->verbose)
		fprintf(output, "%s: removed\n", removal->word);
}

bool removal_is_plain(const struct removal_options *options)
{
	return !options->dry_run && !options->wipe && !options->if_unattached &&
	       !options->if_key && !options->if_creator;
}

void removal_run(struct removal *removal)
{
	char wiped[TEXT_MAX];

	if (!check(removal) || !check_permission(removal))
		return;
	if (removal->options->dry_run) {
		report_dry_run(removal);
		return;
	}
	if (!removal->options->wipe || wipe(removal))
		removal_end(removal, shmbox_remove(removal->id));
	shmbox_detach(&removal->map);
	if (removal->wiped && removal->status != STATUS_OK)
		note(removal->word, "wiped %s, but did not remove it",
		     text_count(wiped, removal->wiped, "byte"));
}
