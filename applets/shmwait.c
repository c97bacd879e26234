/* SPDX-License-Identifier: MIT */
/* shmwait - wait for a condition on a segment */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "applet.h"
#include "diag/diag.h"
#include "segment/attach.h"
#include "segment/condition.h"
#include "segment/operand.h"
#include "segment/presence.h"
#include "segment/snapshot.h"
#include "text/io.h"

enum { OPT_TIMEOUT, OPT_EXISTS_FIRST, OPT_QUIET };

static const struct opt options[] = {
	[OPT_TIMEOUT] = { 't', "timeout", KIND_DURATION, "wait at most DURATION" },
	[OPT_EXISTS_FIRST] = { 'E', "exists-first", KIND_SWITCH,
	                       "wait until SEGMENT exists, then for the condition" },
	[OPT_QUIET] = { 'q', "quiet", KIND_SWITCH, "print nothing" },
	{ 0 },
};

struct wait {
	const struct args *args;
	uint64_t timeout; /* nanoseconds that are left, or SHMBOX_FOREVER */
	struct condition condition;
};

static int wait_failed(const struct args *args, int rc, int id)
{
	char **words = args->words;

	if (rc == -ETIMEDOUT && args->count > 2)
		return fail(STATUS_TIMEOUT, words[0], "timed out waiting for %s %s %s",
		            words[1], words[2], *words[3] ? words[3] : "''");
	if (rc == -ETIMEDOUT)
		return fail(STATUS_TIMEOUT, words[0],
		            "timed out waiting for it to change");
	return failed_on(SHMBOX_WAIT, rc, words[0], id);
}

/* Waits, and prints the value that ended the wait. */
static int wait_for_value(struct wait *wait, int id)
{
	struct condition *condition = &wait->condition;
	int rc;

	condition->values = field_room(&condition->field);
	if (!condition->values)
		return out_of_memory();
	rc = condition_wait(condition, wait->timeout);
	if (rc > 0 && !wait->args->seen[OPT_QUIET]) {
		field_print(&condition->field, condition->values);
		putc('\n', output);
	}
	free(condition->values);
	return rc < 0 ? wait_failed(wait->args, rc, id) : STATUS_OK;
}

static int wait_for_attached(struct wait *wait, int id)
{
	struct shmbox_info info;
	int rc = shmbox_stat(id, &info);

	if (rc < 0)
		return failed_on(SHMBOX_STAT, rc, wait->args->words[0], id);
	wait->condition.info = &info;
	return wait_for_value(wait, id);
}

static int wait_for_change(struct wait *wait, const struct shmbox_map *map)
{
	struct snapshot snapshot = {
		.map = map,
		.offset = wait->condition.field.layout.offset,
		.length = wait->condition.field.layout.count,
	};
	int rc = snapshot_take(&snapshot);

	/*
	 * wait on the first word of a range; in a whole segment, no word is likelier to
	 * change
	 */
	if (rc == 0)
		rc = snapshot_wait(&snapshot, wait->timeout,
		                   !wait->args->values[1].awaited.whole);
	return rc < 0 ? wait_failed(wait->args, rc, map->id) : STATUS_OK;
}

static int wait_for_bytes(struct wait *wait, int id)
{
	const struct args *args = wait->args;
	const struct awaited *awaited = &args->values[1].awaited;
	struct field *field = &wait->condition.field;
	struct shmbox_map map;
	int status = attach_to_read(args->words[0], id, &map);

	if (status != STATUS_OK)
		return status;
	wait->condition.map = &map;
	if (awaited->whole)
		field->layout.count = map.size;
	status = field_place(args->words[1], field, &map, ALWAYS_ALIGNED);
	if (status == STATUS_OK)
		status = awaited->event == EVENT_FIELD ? wait_for_value(wait, id)
		                                       : wait_for_change(wait, &map);
	shmbox_detach(&map);
	return status;
}

/* Checks the command line alone, before any segment is looked up. */
static int check(const struct args *args, struct condition *condition)
{
	enum event event = args->values[1].awaited.event;
	bool compares = event == EVENT_ATTACHED || event == EVENT_FIELD;
	int status = field_aligned(args->words[1], &condition->field, ALWAYS_ALIGNED);

	if (status != STATUS_OK)
		return status;
	if (args->count == 3)
		return misuse(NULL, "VALUE is missing");
	if (compares && args->count < 3)
		return comparison_missing(args->words[1]);
	if (!compares && args->count > 2)
		return misuse(args->words[1], "takes no OP and VALUE");
	return compares ? condition_read(condition, args) : STATUS_OK;
}

/* The segment's id; or says why there is none, stores the exit status and returns -1. */
static int find_segment(struct wait *wait, int *status)
{
	const struct args *args = wait->args;
	int id;

	if (args->seen[OPT_EXISTS_FIRST]) {
		*status = wait_until_exists(args, &wait->timeout, &id);
		return *status == STATUS_OK ? id : -1;
	}
	id = operand_id(args, 0, status);
	if (*status == STATUS_MISSING)
		hint("use --exists-first to wait until it exists, too");
	return id;
}

static int wait_for(struct wait *wait, enum event event)
{
	const struct args *args = wait->args;
	int status = STATUS_OK;
	int id;

	if (event == EVENT_EXISTS) {
		status = wait_until_exists(args, &wait->timeout, &id);
		if (status == STATUS_OK && !args->seen[OPT_QUIET])
			fprintf(output, "%d\n", id);
		return status;
	}
	if (event == EVENT_GONE && !args->seen[OPT_EXISTS_FIRST])
		return wait_until_gone(args, wait->timeout);
	id = find_segment(wait, &status);
	if (id < 0)
		return status;
	if (event == EVENT_GONE)
		return wait_until_gone(args, wait->timeout);
	return event == EVENT_ATTACHED ? wait_for_attached(wait, id)
	                               : wait_for_bytes(wait, id);
}

static int run(const struct args *args)
{
	enum event event = args->values[1].awaited.event;
	struct wait wait = {
		.args = args,
		.timeout = args_size(args, OPT_TIMEOUT, SHMBOX_FOREVER),
		.condition.field = args->values[1].awaited.field,
	};
	int status;

	if (event == EVENT_ATTACHED)
		wait.condition.field = attached_field();
	if (wait.condition.field.layout.width == 0)
		wait.condition.field.layout.width = 1;
	status = check(args, &wait.condition);
	return status == STATUS_OK ? wait_for(&wait, event) : status;
}

const struct applet applet_shmwait = {
	.name = "shmwait",
	.summary = "wait for a condition on a segment",
	.operands = "SEGMENT WHAT [OP VALUE]",
	.options = options,
	.run = run,
	.capabilities = CAP(CAP_IPC_OWNER),
};
