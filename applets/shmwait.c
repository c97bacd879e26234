/* shmwait - wait for a condition on a segment */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "applet.h"
#include "diag/diag.h"
#include "parse/refs.h"
#include "segment/field.h"
#include "segment/operand.h"
#include "text/io.h"

enum { OPT_TIMEOUT, OPT_QUIET };

static const struct opt options[] = {
	[OPT_TIMEOUT] = { 't', "timeout", KIND_DURATION, "wait at most DURATION" },
	[OPT_QUIET] = { 'q', "quiet", KIND_SWITCH, "print nothing" },
	{ 0 },
};

/* What is looked at again and again, and what was seen last. */
struct view {
	const struct args *args;
	enum event event;
	struct shmbox_ref ref;
	enum shmbox_op op; /* what looking for the segment failed at */
	int id;
	bool seen; /* the segment was there, as info tells of it */
	struct shmbox_info info;
	struct shmbox_map map;
	struct field field;
	void *values;
	struct wanted wanted;
	uint64_t digest;
};

/* ---- looks: 1 if what is waited for holds, 0 if not, or -errno ---- */

/* The segment's id, or -errno. */
static int find(const struct shmbox_ref *ref, struct shmbox_info *info)
{
	int id = shmbox_lookup(*ref);
	int rc = id < 0 ? id : shmbox_stat(id, info);

	return rc < 0 ? rc : id;
}

static int look_exists(void *data)
{
	struct view *view = data;
	/* a file may come as late as the segment */
	int rc = operand_ref(view->args, 0, &view->ref);

	view->op = rc < 0 ? SHMBOX_KEY : SHMBOX_LOOKUP;
	view->id = rc < 0 ? rc : find(&view->ref, &view->info);
	if (view->id == -ENOENT)
		return 0;
	return view->id < 0 ? view->id : 1;
}

/* Its id or key may come back before we look again: then another segment has it. */
static int look_gone(void *data)
{
	struct view *view = data;
	struct shmbox_info found;
	int id = find(&view->ref, &found);

	if (id == -ENOENT)
		return 1;
	if (id < 0)
		return id;
	if (!view->seen)
		view->info = found;
	view->seen = true;
	return id != view->info.id || shmbox_is_gone(&view->info);
}

static int look_attached(void *data)
{
	struct view *view = data;
	struct shmbox_info info;
	int rc = shmbox_stat(view->id, &info);

	if (rc == 0 && shmbox_is_gone(&view->info))
		rc = -ENOENT;
	if (rc < 0)
		return rc;
	*(uint64_t *)view->values = info.attached;
	return wanted_is(&view->wanted, &view->field, view->values);
}

static int look_changed(void *data)
{
	const struct view *view = data;
	const struct shmbox_field *layout = &view->field.layout;
	uint64_t digest;
	int rc = shmbox_digest(&view->map, layout->offset, layout->count, &digest);

	return rc < 0 ? rc : digest != view->digest;
}

static int look_field(void *data)
{
	struct view *view = data;
	int rc = field_get(&view->map, &view->field, view->values);

	return rc < 0 ? rc : wanted_is(&view->wanted, &view->field, view->values);
}

/* ---- waits ---- */

static int (*const looks[])(void *data) = {
	[EVENT_EXISTS] = look_exists,     [EVENT_GONE] = look_gone,
	[EVENT_ATTACHED] = look_attached, [EVENT_CHANGED] = look_changed,
	[EVENT_FIELD] = look_field,
};

static int wait(struct view *view, const struct shmbox_map *map, bool wakeable)
{
	const struct shmbox_watch watch = {
		.look = looks[view->event],
		.data = view,
		.timeout = args_size(view->args, OPT_TIMEOUT, SHMBOX_FOREVER),
		.map = map,
		.info = view->event == EVENT_ATTACHED ? &view->info : NULL,
		.wakeable = wakeable,
		.word = view->field.layout.offset & ~UINT64_C(3),
	};

	return shmbox_wait(&watch);
}

static int wait_failed(const struct view *view, int rc)
{
	char **words = view->args->words;

	if (rc == -ETIMEDOUT && view->args->count > 2)
		return fail(STATUS_TIMEOUT, words[0], "time ran out before %s %s %s",
		            words[1], words[2], *words[3] ? words[3] : "''");
	if (rc == -ETIMEDOUT)
		return fail(STATUS_TIMEOUT, words[0], "time ran out before %s", words[1]);
	return failed_on(SHMBOX_WAIT, rc, view->args->words[0], view->id);
}

static int wait_for_name(struct view *view)
{
	const char *word = view->args->words[0];
	int rc = view->event == EVENT_GONE ? operand_ref(view->args, 0, &view->ref) : 0;

	if (rc < 0)
		return ref_failed(SHMBOX_KEY, rc, word);
	rc = wait(view, NULL, false);
	if (rc == -ETIMEDOUT)
		return wait_failed(view, rc);
	if (rc < 0)
		return failed(view->op, rc, word, NULL);
	if (view->event == EVENT_EXISTS && !view->args->seen[OPT_QUIET])
		fprintf(output, "%d\n", view->id);
	return STATUS_OK;
}

/* Waits, and prints what ended it. */
static int wait_for_value(struct view *view, const struct shmbox_map *map)
{
	int rc;

	view->values = field_room(&view->field);
	if (!view->values)
		return out_of_memory();
	rc = wait(view, map, map != NULL);
	if (rc > 0 && !view->args->seen[OPT_QUIET]) {
		field_print(&view->field, view->values);
		putc('\n', output);
	}
	free(view->values);
	return rc < 0 ? wait_failed(view, rc) : STATUS_OK;
}

static int wait_for_change(struct view *view, bool whole)
{
	const struct shmbox_field *layout = &view->field.layout;
	int rc = shmbox_digest(&view->map, layout->offset, layout->count, &view->digest);

	if (rc == 0)
		rc = wait(view, &view->map, !whole);
	return rc < 0 ? wait_failed(view, rc) : STATUS_OK;
}

static int wait_for_content(struct view *view, bool whole)
{
	const char *const *words = (const char *const *)view->args->words;
	int rc = shmbox_attach(view->id, SHMBOX_READ_ONLY, &view->map);
	int status;

	if (rc < 0)
		return failed_to_read(rc, words[0], view->id);
	if (whole)
		view->field.layout =
			(struct shmbox_field){ .width = 1, .count = view->map.size };
	status = field_place(words[1], &view->field, &view->map, TEAR_NEVER);
	if (status == STATUS_OK)
		status = view->event == EVENT_FIELD ? wait_for_value(view, &view->map)
		                                    : wait_for_change(view, whole);
	shmbox_detach(&view->map);
	return status;
}

/* What the command line alone shows. */
static int check(struct view *view)
{
	const struct args *args = view->args;
	bool compares = view->event == EVENT_ATTACHED || view->event == EVENT_FIELD;
	int status = field_aligned(args->words[1], &view->field, TEAR_NEVER);

	if (status != STATUS_OK)
		return status;
	if (args->count == 3)
		return misuse(NULL, "VALUE is missing");
	if (compares && args->count < 3)
		return misuse(args->words[1], "OP is missing");
	if (!compares && args->count > 2)
		return misuse(args->words[2], "%s is not compared", args->words[1]);
	if (!compares)
		return STATUS_OK;
	view->wanted.comparison = args->values[2].comparison;
	if (view->event == EVENT_ATTACHED && view->wanted.comparison >= IS_SET)
		return misuse(args->words[2], "a count is not compared bit by bit");
	status = wanted_read(&view->wanted, &view->field, args->words[3]);
	if (status == STATUS_OK && !wanted_possible(&view->wanted, &view->field))
		return misuse(args->words[3], "%s %s this is never so", args->words[1],
		              args->words[2]);
	return status;
}

static int run(const struct args *args)
{
	const struct awaited *awaited = &args->values[1].awaited;
	struct view view = {
		.args = args,
		.event = awaited->event,
		.field = awaited->field,
	};
	int status;
	int rc;

	if (view.event == EVENT_ATTACHED)
		view.field.layout =
			(struct shmbox_field){ .width = sizeof(uint64_t), .count = 1 };
	if (view.field.layout.width == 0)
		view.field.layout.width = 1;
	status = check(&view);
	if (status != STATUS_OK)
		return status;
	if (view.event == EVENT_EXISTS || view.event == EVENT_GONE)
		return wait_for_name(&view);
	view.id = operand_id(args, 0, &status);
	if (status == STATUS_MISSING)
		hint("shmwait %s exists waits until it is there", args->words[0]);
	if (view.id < 0)
		return status;
	rc = shmbox_stat(view.id, &view.info);
	if (rc < 0)
		return failed_on(SHMBOX_STAT, rc, args->words[0], view.id);
	return view.event == EVENT_ATTACHED ? wait_for_value(&view, NULL)
	                                    : wait_for_content(&view, awaited->whole);
}

const struct applet applet_shmwait = {
	.name = "shmwait",
	.summary = "wait for a condition on a segment",
	.operands = "SEGMENT WHAT [OP VALUE]",
	.options = options,
	.run = run,
	.capabilities = CAP(CAP_IPC_OWNER),
};
