/* SPDX-License-Identifier: MIT */
/* shmpoke - put typed values into a segment, each in one atomic step */

#include <errno.h>
#include <unistd.h>

#include "applet.h"
#include "diag/diag.h"
#include "segment/assignments.h"
#include "segment/attach.h"
#include "segment/operand.h"

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

static enum alignment alignment(const struct args *args)
{
	return args->seen[OPT_TEAR] ? ANY_ALIGNMENT : ALIGNED;
}

/* Checks the command line alone, before any segment is looked up. */
static int check(const struct args *args, struct wanted *wanted)
{
	const struct assignment *first = &args->values[1].assignment;
	int status;

	if (args->seen[OPT_TIMEOUT] && !args->seen[OPT_EXPECT])
		return misuse(NULL, "--timeout requires --expect");
	status = assignments_aligned(args, alignment(args));
	if (status != STATUS_OK || !args->seen[OPT_EXPECT])
		return status;
	if (args->seen[OPT_TEAR])
		return misuse(NULL, "--expect and --tear cannot be combined");
	if (args->count > 2 || first->by != SHMBOX_SET || first->field.text ||
	    first->field.layout.count != 1)
		return misuse(NULL,
		              "--expect requires exactly one FIELD=VALUE, of one number");
	return wanted_read(wanted, &first->field, args_text(args, OPT_EXPECT, ""));
}

static int poke(const struct args *args, const struct shmbox_map *map, uint64_t number)
{
	const struct expected expected = {
		.number = number,
		.word = args->typed[OPT_EXPECT],
		.wait = args->seen[OPT_TIMEOUT],
		.timeout = args_size(args, OPT_TIMEOUT, 0),
	};
	bool exchanges = args->seen[OPT_EXPECT];
	bool quiet = args->seen[OPT_QUIET];
	/* an exchange allocates memory only if it writes */
	int status = assignments_place(args, map, alignment(args), !exchanges);

	if (status != STATUS_OK)
		return status;
	if (exchanges)
		return assignment_exchange(args, map, &expected);
	if (!quiet && assignments_compute(args) && write(STDOUT_FILENO, "", 0) < 0)
		return failed_io("standard output", -errno);
	return assignments_make(args, map, quiet);
}

static int run(const struct args *args)
{
	struct wanted wanted = { .option = "--expect" };
	struct shmbox_map map;
	int status = check(args, &wanted);
	int id = status == STATUS_OK ? operand_id(args, 0, &status) : -1;

	if (id >= 0)
		status = attach_to_write(args->words[0], id, &map);
	if (id < 0 || status != STATUS_OK)
		return status;
	status = poke(args, &map, wanted.number);
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
