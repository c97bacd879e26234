/* SPDX-License-Identifier: MIT */
/* shmpeek - print typed values in a segment */

#include <errno.h>

#include "applet.h"
#include "diag/diag.h"
#include "segment/attach.h"
#include "segment/fields.h"
#include "segment/operand.h"

enum { OPT_FOLLOW, OPT_STAMP, OPT_JSON, OPT_TIMEOUT, OPT_TEAR };

static const struct opt options[] = {
	[OPT_FOLLOW] = { 'F', "follow", KIND_SWITCH,
	                 "print all fields again whenever one changes" },
	[OPT_STAMP] = { 'D', "stamp", KIND_SWITCH,
	                "with --follow, print the time before each round" },
	[OPT_JSON] = { 'J', "json", KIND_SWITCH, "print JSON" },
	[OPT_TIMEOUT] = { 't', "timeout", KIND_DURATION,
	                  "stop following after DURATION without a change" },
	[OPT_TEAR] = { 'T', "tear", KIND_SWITCH,
	               "read unaligned fields too, byte by byte" },
	{ 0 },
};

static enum alignment alignment(const struct args *args)
{
	return args->seen[OPT_TEAR] ? ANY_ALIGNMENT : ALIGNED;
}

static int follow(const struct args *args, struct fields *fields)
{
	int rc;

	do {
		if (!flush_output())
			return STATUS_FAILED;
		rc = fields_wait(fields, args_size(args, OPT_TIMEOUT, SHMBOX_FOREVER));
		if (rc > 0)
			fields_print(fields);
	} while (rc > 0);
	if (rc == -EPIPE)
		return failed_io("standard output", rc);
	return failed_on(SHMBOX_WAIT, rc, args->words[0], fields->map->id);
}

static int peek(const struct args *args, struct fields *fields)
{
	int status = STATUS_OK;
	int rc;

	for (int i = 0; status == STATUS_OK && i < fields->count; i++)
		status = fields_set(fields, i, args->words[i + 1],
		                    &args->values[i + 1].field, alignment(args));
	if (status != STATUS_OK)
		return status;
	rc = fields_read(fields);
	if (rc >= 0)
		rc = fields_print(fields);
	if (rc < 0)
		return failed_on(SHMBOX_READ, rc, args->words[0], fields->map->id);
	return fields->follow ? follow(args, fields) : STATUS_OK;
}

static int peek_segment(const struct args *args, int id)
{
	struct shmbox_map map;
	struct fields fields = {
		.map = &map,
		.count = args->count - 1,
		.follow = args->seen[OPT_FOLLOW],
		.json = args->seen[OPT_JSON],
		.stamp = args->seen[OPT_STAMP],
	};
	int status = attach_to_read(args->words[0], id, &map);

	if (status != STATUS_OK)
		return status;
	status = fields_begin(&fields) ? peek(args, &fields) : out_of_memory();
	fields_end(&fields);
	shmbox_detach(&map);
	return status;
}

static int run(const struct args *args)
{
	int status = STATUS_OK;
	int id;

	if (args->seen[OPT_TIMEOUT] && !args->seen[OPT_FOLLOW])
		return misuse(NULL, "--timeout requires --follow");
	if (args->seen[OPT_STAMP] && !args->seen[OPT_FOLLOW])
		return misuse(NULL, "--stamp requires --follow");
	for (int i = 1; status == STATUS_OK && i < args->count; i++)
		status = field_aligned(args->words[i], &args->values[i].field,
		                       alignment(args));
	id = status == STATUS_OK ? operand_id(args, 0, &status) : -1;
	return id < 0 ? status : peek_segment(args, id);
}

const struct applet applet_shmpeek = {
	.name = "shmpeek",
	.summary = "print typed values in a segment",
	.operands = "SEGMENT FIELD...",
	.options = options,
	.run = run,
	.capabilities = CAP(CAP_IPC_OWNER),
};
