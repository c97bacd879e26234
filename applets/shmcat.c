/* SPDX-License-Identifier: MIT */
/* shmcat - write the bytes of segments to standard output */

#include "applet.h"
#include "diag/diag.h"
#include "segment/attach.h"
#include "segment/operand.h"
#include "work/copy.h"
#include "work/print_bytes.h"

enum {
	OPT_OFFSET,
	OPT_LENGTH,
	OPT_HEX,
	OPT_NO_ATTACH,
	OPT_FREEZE,
	OPT_STABLE,
	OPT_FOLLOW,
	OPT_STAMP,
	OPT_TIMEOUT,
	OPT_PROGRESS,
	OPT_VERBOSE,
};

static const struct opt options[] = {
	[OPT_OFFSET] = { 'o', "offset", KIND_OFFSET,
	                 "start at OFFSET; if negative, count from the end" },
	[OPT_LENGTH] = { 'l', "length", KIND_SIZE, "read exactly SIZE bytes" },
	[OPT_HEX] = { 'x', "hex", KIND_SWITCH, "print a hex dump with offsets and text" },
	[OPT_NO_ATTACH] = { 'A', "no-attach", KIND_SWITCH,
	                    "read through an attached process and leave no trace" },
	[OPT_FREEZE] = { 'Z', "freeze", KIND_SWITCH,
	                 "copy while the attached processes are stopped" },
	[OPT_STABLE] = { 'S', "stable", KIND_SWITCH,
	                 "repeat the copy until no change is seen for 20 ms" },
	[OPT_FOLLOW] = { 'F', "follow", KIND_SWITCH,
	                 "print the range again whenever it changes" },
	[OPT_STAMP] = { 'D', "stamp", KIND_SWITCH,
	                "with --follow, print the time before each round" },
	[OPT_TIMEOUT] = { 't', "timeout", KIND_DURATION,
	                  "stop following after DURATION without a change" },
	[OPT_PROGRESS] = { 'p', "progress", KIND_SWITCH, "report progress" },
	[OPT_VERBOSE] = { 'v', "verbose", KIND_SWITCH,
	                  "report how the bytes were transferred" },
	{ 0 },
};

static int print_range(const struct args *args, struct shmbox_map *map, struct task *task)
{
	const struct follow follow = {
		.hex = args->seen[OPT_HEX],
		.stamp = args->seen[OPT_STAMP],
		.timeout = args_size(args, OPT_TIMEOUT, SHMBOX_FOREVER),
		/* in a whole segment no word is more likely to change than another */
		.wakeable = args->seen[OPT_LENGTH],
	};
	struct range range;
	int status = resolve_range(
		task->object, map->size, args_offset(args, OPT_OFFSET, 0),
		args->seen[OPT_LENGTH] ? &args->option[OPT_LENGTH].size : NULL, &range);

	task->job.offset = range.offset;
	task->job.length = range.length;
	if (status == STATUS_OK && (args->seen[OPT_FREEZE] || args->seen[OPT_STABLE]))
		status = replace_by_copy(map, task, args->seen[OPT_FREEZE]);
	if (status != STATUS_OK)
		return status;
	if (!args->seen[OPT_FOLLOW])
		return print_bytes(map, task, args->seen[OPT_HEX]);
	return follow_bytes(map, task, &follow);
}

static int cat(const struct args *args, const char *word, int id, bool *stop)
{
	struct task task = {
		.object = word,
		.progress = args->seen[OPT_PROGRESS],
		.verbose = args->seen[OPT_VERBOSE],
	};
	struct shmbox_map map;
	int status = args->seen[OPT_NO_ATTACH] ? borrow_to_read(word, id, &map)
	                                       : attach_to_read(word, id, &map);

	if (status != STATUS_OK)
		return status;
	status = print_range(args, &map, &task);
	*stop = task.output_lost;
	shmbox_detach(&map);
	return status;
}

static int run(const struct args *args)
{
	if (args->seen[OPT_TIMEOUT] && !args->seen[OPT_FOLLOW])
		return misuse(NULL, "--timeout requires --follow");
	if (args->seen[OPT_STAMP] && !args->seen[OPT_FOLLOW])
		return misuse(NULL, "--stamp requires --follow");
	if (args->seen[OPT_FOLLOW] && args->count > 1)
		return misuse(args->words[1], "--follow takes one SEGMENT");
	if (args->seen[OPT_FOLLOW] && (args->seen[OPT_FREEZE] || args->seen[OPT_STABLE]))
		return misuse(NULL,
		              "--follow cannot be combined with --freeze or --stable");
	return each_operand(args, cat);
}

const struct applet applet_shmcat = {
	.name = "shmcat",
	.summary = "write the bytes of segments to standard output",
	.operands = "SEGMENT...",
	.options = options,
	.run = run,
	.capabilities = CAP(CAP_IPC_OWNER) | CAP(CAP_SYS_PTRACE),
};
