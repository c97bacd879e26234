/* SPDX-License-Identifier: MIT */
/*
 * write.c - write an input to a segment, fill the rest with zeros, wake waiting processes
 */

#include <limits.h>

#include <shmbox/shmbox.h>

#include "diag/diag.h"
#include "segment/operand.h"
#include "work/write.h"

/* Fills the rest with zeros, if there is a rest. */
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

int write_input(struct input *input, const struct shmbox_map *map, struct task *task,
                const struct destination *destination)
{
	const uint64_t one = 1;
	struct range range;
	struct range woken = { 0 };
	int status =
		resolve_range(task->object, map->size, destination->offset, NULL, &range);

	task->job.offset = range.offset;
	if (status == STATUS_OK && destination->wake)
		status = resolve_range(task->object, map->size, destination->wake_at,
		                       &one, &woken);
	if (status == STATUS_OK)
		status = input_write(input, map, task);
	if (status == STATUS_OK && destination->zero_rest)
		status = zero_rest(map, task);
	/* even after a failure: some bytes may have changed */
	if (woken.length)
		shmbox_wake(map, woken.offset, woken.length, INT_MAX);
	return status;
}
