/* SPDX-License-Identifier: MIT */
/* choose.c - choose segments by the options of an applet */

#include <errno.h>
#include <string.h>

#include <shmbox/shmbox.h>

#include "diag/diag.h"
#include "segment/choose.h"

/* Returns the index of the option with this name if it was given, otherwise -1. */
static int given(const struct args *args, const char *name)
{
	const struct opt *options = args->applet->options;

	for (int i = 0; options[i].name[0]; i++) {
		if (strcmp(options[i].name, name) == 0)
			return args->seen[i] ? i : -1;
	}
	return -1;
}

int choose_by_options(const struct args *args, struct filter *filter)
{
	int owner = given(args, "owner");
	int key = given(args, "key");
	int creator = given(args, "creator");
	int size = given(args, "min-size");

	*filter = (struct filter){
		.orphan = given(args, "orphan") >= 0,
		.unattached = given(args, "unattached") >= 0,
		.removed = given(args, "removed") >= 0,
		.unknown = given(args, "unknown") >= 0,
		.by_key = key >= 0,
	};
	if (owner >= 0)
		filter->owner = args->option[owner].owner;
	if (creator >= 0)
		filter->creator = (pid_t)args->option[creator].number;
	if (size >= 0)
		filter->min_size = args->option[size].size;
	return key >= 0 ? args_key(args, key, &filter->key) : STATUS_OK;
}

int choose_listed(const struct args *args, struct filter *filter)
{
	int status = choose_by_options(args, filter);
	int idle = given(args, "idle");
	int holder = given(args, "held-by");
	char object[OPTION_OBJECT];
	int rc;

	filter->by_idle = idle >= 0;
	if (idle >= 0)
		filter->idle = args->option[idle].size;
	if (status != STATUS_OK || holder < 0)
		return status;
	filter->holder = (pid_t)args->option[holder].number;
	rc = filter_read_holder(filter);
	/* with --all-ns, this is read again in the namespace of the process */
	if (rc == 0 || (rc == -EXDEV && given(args, "all-ns") >= 0))
		return STATUS_OK;
	return failed(SHMBOX_HELD, rc, args_object(args, holder, object), NULL);
}

int64_t choose_idle(const struct args *args, int index)
{
	return args->seen[index] ? whole_seconds(args->option[index].size) : ORPHAN_IDLE;
}

void note_segments(const char *done, int count, const char *description)
{
	if (count)
		note(NULL, "%s %d segment%s %s", done, count, count == 1 ? "" : "s",
		     description);
}

void note_skipped(bool idle_given, const struct listing *listing)
{
	note_segments("skipped", listing->undated,
	              "with a time before the boot or in the future");
	if (!idle_given)
		note_segments("skipped", listing->recent,
		              "idle for less than 1 minute (see --idle)");
	note_segments("skipped", listing->unknown, "of unknown state");
	if (listing->unknown)
		hint("see shmls --output id,reason");
}
