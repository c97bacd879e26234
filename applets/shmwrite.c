/* SPDX-License-Identifier: MIT */
/* shmwrite - write bytes into a segment */

#include "applet.h"
#include "diag/diag.h"
#include "segment/attach.h"
#include "segment/operand.h"
#include "work/progress.h"
#include "work/write.h"

enum {
	OPT_OFFSET,
	OPT_INPUT,
	OPT_TEXT,
	OPT_HEX,
	OPT_TRUNCATE,
	OPT_ZERO_REST,
	OPT_SPARSE,
	OPT_WAKE_AT,
	OPT_PROGRESS,
	OPT_VERBOSE,
};

static const struct opt options[] = {
	[OPT_OFFSET] = { 'o', "offset", KIND_OFFSET,
	                 "start at OFFSET; if negative, count from the end" },
	[OPT_INPUT] = { 'i', "input", KIND_PATH,
	                "read this file instead of standard input" },
	[OPT_TEXT] = { 'a', "text", KIND_TEXT,
	               "write this text instead, without a newline" },
	[OPT_HEX] = { 'x', "hex", KIND_SWITCH, "read the input as hex digits" },
	[OPT_TRUNCATE] = { 'c', "truncate", KIND_SWITCH,
	                   "write what fits and ignore the rest" },
	[OPT_ZERO_REST] = { 'z', "zero-rest", KIND_SWITCH,
	                    "fill the rest of the segment with zeros" },
	[OPT_SPARSE] = { 's', "sparse", KIND_SWITCH,
	                 "return pages that contain only zeros to the system" },
	[OPT_WAKE_AT] = { 'w', "wake-at", KIND_OFFSET,
	                  "then wake processes waiting for the word at OFFSET" },
	[OPT_PROGRESS] = { 'p', "progress", KIND_SWITCH, "report progress" },
	[OPT_VERBOSE] = { 'v', "verbose", KIND_SWITCH,
	                  "report how the bytes were transferred" },
	{ 0 },
};

/* Opens and checks the input before the segment is changed. */
static int prepare(const struct args *args, struct input *input, int id)
{
	struct shmbox_info info = { 0 };
	int status;

	input->shorten = args->seen[OPT_TRUNCATE];
	input->progress = args->seen[OPT_PROGRESS];
	if (args->seen[OPT_TEXT])
		status = input_text(input, args_text(args, OPT_TEXT, ""));
	else
		status = input_open(input, args_text(args, OPT_INPUT, "-"));
	if (status != STATUS_OK || !args->seen[OPT_HEX])
		return status;
	/* with --truncate, no more digits are decoded than fit */
	if (input->shorten && id >= 0)
		shmbox_stat(id, &info);
	return input_decode(input, info.size);
}

static int write_into(const struct args *args, struct input *input, int id)
{
	const struct destination destination = {
		.offset = args_offset(args, OPT_OFFSET, 0),
		.zero_rest = args->seen[OPT_ZERO_REST],
		.wake = args->seen[OPT_WAKE_AT],
		.wake_at = args_offset(args, OPT_WAKE_AT, 0),
	};
	struct task task = {
		.object = args->words[0],
		.progress = args->seen[OPT_PROGRESS],
		.verbose = args->seen[OPT_VERBOSE],
		.job.flags = args->seen[OPT_SPARSE] ? SHMBOX_SPARSE : 0,
	};
	struct shmbox_map map;
	int status = attach_to_write(task.object, id, &map);

	if (status != STATUS_OK)
		return status;
	status = write_input(input, &map, &task, &destination);
	shmbox_detach(&map);
	return status;
}

static int run(const struct args *args)
{
	struct input input = { 0 };
	int status = STATUS_OK;
	int id;

	if (args->seen[OPT_INPUT] && args->seen[OPT_TEXT])
		return misuse(NULL, "--input and --text cannot be combined");
	progress_listen();
	/* check --text first: an error in it is a usage error */
	if (args->seen[OPT_TEXT])
		status = prepare(args, &input, -1);
	id = status == STATUS_OK ? operand_id(args, 0, &status) : -1;
	if (status == STATUS_OK && !args->seen[OPT_TEXT])
		status = prepare(args, &input, id);
	if (status == STATUS_OK)
		status = write_into(args, &input, id);
	input_close(&input);
	return status;
}

const struct applet applet_shmwrite = {
	.name = "shmwrite",
	.summary = "write bytes into a segment",
	.operands = "SEGMENT",
	.options = options,
	.run = run,
	.capabilities = CAP(CAP_IPC_OWNER),
	.changes = CHANGES,
};
