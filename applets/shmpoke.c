/* shmpoke - put typed values into a segment, each in one step */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "applet.h"
#include "diag/diag.h"
#include "segment/field.h"
#include "segment/operand.h"
#include "text/io.h"

enum { OPT_EXPECT, OPT_TIMEOUT, OPT_TEAR, OPT_QUIET };

static const struct opt options[] = {
	[OPT_EXPECT] = { 'e', "expect", KIND_VALUE,
	                 "assign only if the field contains VALUE" },
	[OPT_TIMEOUT] = { 't', "timeout", KIND_DURATION,
	                  "wait at most DURATION for the expected value" },
	[OPT_TEAR] = { 'T', "tear", KIND_SWITCH,
	               "change unaligned fields too, byte by byte" },
	[OPT_QUIET] = { 'q', "quiet", KIND_SWITCH, "do not print the new values" },
	{ 0 },
};

/* What the command line alone shows. */
static int check(const struct args *args, struct wanted *expected)
{
	const struct assignment *first = &args->values[1].assignment;

	if (args->seen[OPT_TIMEOUT] && !args->seen[OPT_EXPECT])
		return misuse(NULL, "--timeout is for --expect");
	for (int i = 1; i < args->count; i++) {
		int status =
			field_aligned(args->words[i], &args->values[i].assignment.field,
		                      args->seen[OPT_TEAR]);

		if (status != STATUS_OK)
			return status;
	}
	if (!args->seen[OPT_EXPECT])
		return STATUS_OK;
	if (args->seen[OPT_TEAR])
		return misuse(NULL, "--expect and --tear exclude each other");
	if (args->count > 2 || first->by != SHMBOX_SET || first->field.text ||
	    first->field.layout.count != 1)
		return misuse(NULL, "--expect goes with one FIELD=VALUE of one number");
	return wanted_read(expected, &first->field, args_text(args, OPT_EXPECT, ""));
}

/* Everything that may fail later, so that nothing is changed then. */
static int place(const struct args *args, const struct shmbox_map *map)
{
	for (int i = 1; i < args->count; i++) {
		struct field *field = &args->values[i].assignment.field;
		struct shmbox_job job = { 0 };
		int status =
			field_place(args->words[i], field, map, args->seen[OPT_TEAR]);
		int rc;

		if (status != STATUS_OK)
			return status;
		job.offset = field->layout.offset;
		job.length = field->layout.count * field->layout.width;
		/* with --expect the one step takes memory only if it writes */
		rc = args->seen[OPT_EXPECT] ? 0 : shmbox_populate(map, &job);
		if (rc < 0)
			return failed_on(SHMBOX_WRITE, rc, args->words[0], map->id);
	}
	return STATUS_OK;
}

static int write_text(const struct shmbox_map *map, const struct assignment *assignment)
{
	const struct shmbox_field *layout = &assignment->field.layout;
	char *text = calloc(1, (size_t)layout->count);
	int64_t rc;

	if (!text)
		return -ENOMEM;
	memcpy(text, assignment->text, strlen(assignment->text));
	rc = shmbox_write(map, layout->offset, text, (size_t)layout->count);
	free(text);
	if (rc < 0)
		return (int)rc;
	/* a wait for it sleeps on its first word */
	shmbox_wake(map, layout->offset, 1);
	return 0;
}

static int assign(const struct args *args, const struct shmbox_map *map,
                  const struct assignment *assignment)
{
	uint64_t *numbers = assignment->numbers;
	int rc;

	if (assignment->field.text)
		return write_text(map, assignment);
	rc = shmbox_update(map, &assignment->field.layout, assignment->by, numbers,
	                   numbers);
	if (rc == 0 && assignment->by != SHMBOX_SET && !args->seen[OPT_QUIET]) {
		field_print(&assignment->field, numbers);
		putc('\n', output);
	}
	return rc;
}

static int exchange(const struct args *args, const struct shmbox_map *map,
                    uint64_t expected)
{
	const struct assignment *assignment = &args->values[1].assignment;
	bool waits = args->seen[OPT_TIMEOUT];
	const struct shmbox_swap swap = {
		.expected = expected,
		.value = assignment->numbers[0],
		.timeout = args_size(args, OPT_TIMEOUT, 0),
	};
	int rc = shmbox_exchange(map, &assignment->field.layout, &swap);

	if (rc == -ETIMEDOUT)
		return fail(waits ? STATUS_TIMEOUT : STATUS_REFUSED, args->words[1],
		            waits ? "time ran out: it does not hold %s"
		                  : "it does not hold %s",
		            args_text(args, OPT_EXPECT, ""));
	return rc < 0 ? failed_on(SHMBOX_WAIT, rc, args->words[0], map->id) : STATUS_OK;
}

/* Whether something will be printed. */
static bool prints(const struct args *args)
{
	bool changes = false;

	for (int i = 1; i < args->count; i++)
		changes |= args->values[i].assignment.by != SHMBOX_SET;
	return changes && !args->seen[OPT_QUIET];
}

static int assign_all(const struct args *args, const struct shmbox_map *map)
{
	int status = STATUS_OK;
	int done = 0;

	while (status == STATUS_OK && done < args->count - 1) {
		int rc = assign(args, map, &args->values[done + 1].assignment);

		if (rc < 0)
			status = failed_on(SHMBOX_WRITE, rc, args->words[0], map->id);
		else
			done++;
	}
	/* who is not given the new values must know whether there are any */
	if (!flush_output() && status == STATUS_OK)
		status = STATUS_FAILED;
	if (status != STATUS_OK)
		note(args->words[0], "%d of %d assignments were made", done,
		     args->count - 1);
	return status;
}

static int poke(const struct args *args, const struct shmbox_map *map, uint64_t expected)
{
	int status = place(args, map);

	if (status != STATUS_OK)
		return status;
	if (args->seen[OPT_EXPECT])
		return exchange(args, map, expected);
	if (prints(args) && write(STDOUT_FILENO, "", 0) < 0)
		return failed_io("standard output", -errno);
	return assign_all(args, map);
}

static int run(const struct args *args)
{
	struct wanted expected = { 0 };
	struct shmbox_map map;
	int status = check(args, &expected);
	int id = status == STATUS_OK ? operand_id(args, 0, &status) : -1;
	int rc;

	if (id < 0)
		return status;
	rc = shmbox_attach(id, 0, &map);
	if (rc < 0)
		return failed_on(SHMBOX_ATTACH, rc, args->words[0], id);
	status = poke(args, &map, expected.number);
	shmbox_detach(&map);
	return status;
}

const struct applet applet_shmpoke = {
	.name = "shmpoke",
	.summary = "put typed values into a segment",
	.operands = "SEGMENT ASSIGNMENT...",
	.options = options,
	.run = run,
	.capabilities = CAP(CAP_IPC_OWNER),
	.changes = CHANGES,
};
