/* shmwrite - bytes into a segment */

#include "applet.h"
#include "diag/diag.h"
#include "segment/operand.h"
#include "work/input.h"
#include "work/progress.h"

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

/* Open, and all that can be wrong with it known, before the segment is touched. */
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
	/* what does not fit need not be seen */
	if (input->shorten && id >= 0)
		shmbox_stat(id, &info);
	return input_decode(input, info.size);
}

/* From where the input ended; where it filled the segment, nothing is left. */
static int zero_rest(const struct shmbox_map *map, const struct task *written)
{
	uint64_t offset = written->job.offset + written->job.done;
	struct task task = {
		.object = written->object,
		.progress = written->progress,
		.verbose = written->verbose,
		.total = map->size - offset,
		.job = {
			.offset = offset,
			.length = map->size - offset,
			.flags = written->job.flags,
		},
	};

	return task.total ? task_run(&task, map, shmbox_wipe) : STATUS_OK;
}

static int write_into(const struct args *args, struct input *input, int id)
{
	struct task task = {
		.object = args->words[0],
		.progress = args->seen[OPT_PROGRESS],
		.verbose = args->seen[OPT_VERBOSE],
		.job.flags = args->seen[OPT_SPARSE] ? SHMBOX_SPARSE : 0,
	};
	const uint64_t one = 1;
	struct shmbox_map map;
	struct range range;
	struct range woken = { 0 };
	int rc = shmbox_attach(id, 0, &map);
	int status;

	if (rc < 0)
		return failed_on(SHMBOX_ATTACH, rc, task.object, id);
	status = resolve_range(task.object, map.size, args_offset(args, OPT_OFFSET, 0),
	                       NULL, &range);
	task.job.offset = range.offset;
	if (status == STATUS_OK && args->seen[OPT_WAKE_AT])
		status = resolve_range(task.object, map.size,
		                       args_offset(args, OPT_WAKE_AT, 0), &one, &woken);
	if (status == STATUS_OK)
		status = input_write(input, &map, &task);
	if (status == STATUS_OK && args->seen[OPT_ZERO_REST])
		status = zero_rest(&map, &task);
	if (woken.length)
		shmbox_wake(&map, woken.offset, woken.length);
	shmbox_detach(&map);
	return status;
}

static int run(const struct args *args)
{
	struct input input = { 0 };
	int status = STATUS_OK;
	int id;

	if (args->seen[OPT_INPUT] && args->seen[OPT_TEXT])
		return misuse(NULL, "--input and --text exclude each other");
	progress_listen();
	/* what is wrong with a text is seen on the command line alone */
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
