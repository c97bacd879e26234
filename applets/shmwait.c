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

enum { OPT_TIMEOUT, OPT_QUIET };

static const struct opt options[] = {
	[OPT_TIMEOUT] = { 't', "timeout", KIND_DURATION, "wait at most DURATION" },
	[OPT_QUIET] = { 'q', "quiet", KIND_SWITCH, "print nothing" },
	{ 0 },
};

static uint64_t timeout(const struct args *args)
{
	return args_size(args, OPT_TIMEOUT, SHMBOX_FOREVER);
}

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

static int wait_for_segment(const struct args *args)
{
	int id;
	int status = wait_until_exists(args, timeout(args), &id);

	if (status == STATUS_OK && !args->seen[OPT_QUIET])
		fprintf(output, "%d\n", id);
	return status;
}

/* Waits, and prints the value that ended the wait. */
static int wait_for_value(const struct args *args, struct condition condition, int id)
{
	int rc;

	condition.values = field_room(&condition.field);
	if (!condition.values)
		return out_of_memory();
	rc = condition_wait(&condition, timeout(args));
	if (rc > 0 && !args->seen[OPT_QUIET]) {
		field_print(&condition.field, condition.values);
		putc('\n', output);
	}
	free(condition.values);
	return rc < 0 ? wait_failed(args, rc, id) : STATUS_OK;
}

static int wait_for_attached(const struct args *args, struct condition condition, int id)
{
	struct shmbox_info info;
	int rc = shmbox_stat(id, &info);

	if (rc < 0)
		return failed_on(SHMBOX_STAT, rc, args->words[0], id);
	condition.info = &info;
	return wait_for_value(args, condition, id);
}

static int wait_for_change(const struct args *args, const struct shmbox_map *map,
                           const struct field *range)
{
	struct snapshot snapshot = {
		.map = map,
		.offset = range->layout.offset,
		.length = range->layout.count,
	};
	int rc = snapshot_take(&snapshot);

	/*
	 * wait on the first word of a range; in a whole segment, no word is likelier to
	 * change
	 */
	if (rc == 0)
		rc = snapshot_wait(&snapshot, timeout(args),
		                   !args->values[1].awaited.whole);
	return rc < 0 ? wait_failed(args, rc, map->id) : STATUS_OK;
}

static int wait_for_bytes(const struct args *args, struct condition condition, int id)
{
	const struct awaited *awaited = &args->values[1].awaited;
	struct shmbox_map map;
	int status = attach_to_read(args->words[0], id, &map);

	if (status != STATUS_OK)
		return status;
	condition.map = &map;
	if (awaited->whole)
		condition.field.layout.count = map.size;
	status = field_place(args->words[1], &condition.field, &map, ALWAYS_ALIGNED);
	if (status == STATUS_OK)
		status = awaited->event == EVENT_FIELD
		                 ? wait_for_value(args, condition, id)
		                 : wait_for_change(args, &map, &condition.field);
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
		return misuse(args->words[1], "OP is missing");
	if (!compares && args->count > 2)
		return misuse(args->words[1], "takes no OP and VALUE");
	return compares ? condition_read(condition, args) : STATUS_OK;
}

static int run(const struct args *args)
{
	enum event event = args->values[1].awaited.event;
	struct condition condition = { .field = args->values[1].awaited.field };
	int status;
	int id;

	if (event == EVENT_ATTACHED)
		condition.field = attached_field();
	if (condition.field.layout.width == 0)
		condition.field.layout.width = 1;
	status = check(args, &condition);
	if (status != STATUS_OK)
		return status;
	if (event == EVENT_EXISTS)
		return wait_for_segment(args);
	if (event == EVENT_GONE)
		return wait_until_gone(args, timeout(args));
	id = operand_id(args, 0, &status);
	if (status == STATUS_MISSING)
		hint("to wait until it exists, run shmwait %s exists", args->words[0]);
	if (id < 0)
		return status;
	return event == EVENT_ATTACHED ? wait_for_attached(args, condition, id)
	                               : wait_for_bytes(args, condition, id);
}

const struct applet applet_shmwait = {
	.name = "shmwait",
	.summary = "wait for a condition on a segment",
	.operands = "SEGMENT WHAT [OP VALUE]",
	.options = options,
	.run = run,
	.capabilities = CAP(CAP_IPC_OWNER),
};
