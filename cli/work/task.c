/* SPDX-License-Identifier: MIT */
/* task.c - long work on a segment */

#include <errno.h>
#include <stdio.h>

#include <shmbox/shmbox.h>

#include "diag/diag.h"
#include "text/text.h"
#include "work/child.h"
#include "work/progress.h"
#include "work/task.h"

enum { WAYS_MAX = 256, DONE_MAX = 2 * TEXT_MAX };

void task_begin(struct task *task)
{
	task->done = 0;
	task->how = 0;
	task->job.done = 0;
	task->job.progress = progress_report;
	task->job.context = task;
	progress_begin(task);
}

/* Writes ": splice, copy; holes: map_files", or "". */
static void describe_ways(unsigned how, char out[WAYS_MAX])
{
	static const struct {
		unsigned how;
		char word[12];
	} ways[] = {
		{ SHMBOX_BY_COPY, "copy" },
		{ SHMBOX_BY_BUFFER, "buffer" },
		{ SHMBOX_BY_SPLICE, "splice" },
		{ SHMBOX_BY_VMSPLICE, "vmsplice" },
		{ SHMBOX_BY_SENDFILE, "sendfile" },
		{ SHMBOX_BY_SKIP, "skip" },
		{ SHMBOX_BY_RELEASE, "release" },
		{ SHMBOX_BY_PROCESS_VM, "process_vm" },
		{ SHMBOX_BY_MEM, "mem" },
	};
	const char *between = ": ";
	size_t used = 0;

	*out = '\0';
	for (size_t i = 0; i < sizeof(ways) / sizeof(*ways); i++) {
		if (!(how & ways[i].how))
			continue;
		used += (size_t)snprintf(out + used, WAYS_MAX - used, "%s%s", between,
		                         ways[i].word);
		between = ", ";
	}
	if (how & (SHMBOX_BY_SEEK | SHMBOX_BY_MINCORE))
		snprintf(out + used, WAYS_MAX - used, "; holes: %s",
		         how & SHMBOX_BY_SEEK ? "map_files" : "mincore");
}

void task_end(struct task *task)
{
	char ways[WAYS_MAX];
	char done[TEXT_MAX];

	progress_end(task);
	task->how |= task->job.how;
	describe_ways(task->how, ways);
	if (task->verbose)
		note(task->object, "%s%s", text_count(done, task_done(task), "byte"),
		     ways);
}

/* Adds the finished job to the totals, and starts the next one. */
static void next_job(struct task *task, uint64_t length)
{
	task->job.offset += task->job.done;
	task->done += task->job.done;
	task->how |= task->job.how;
	task->job.length = length;
	task->job.done = 0;
	task->job.how = 0;
}

void task_next(struct task *task)
{
	next_job(task, 0);
	task->job.offset = 0;
}

/* The task, in memory that parent and child share. */
struct shared {
	struct task task;
	const struct shmbox_map *map;
	filler *work;
};

/* True if the work allocates ordinary memory. */
static bool allocates_memory(const struct shared *shared)
{
	struct shmbox_info info = {
		.id = shared->map->id,
		.resident = SHMBOX_UNKNOWN,
		.huge_page = SHMBOX_UNKNOWN,
	};

	if (shared->work == shmbox_copy)
		return true;
	return shared->work != shmbox_wipe && shmbox_memory(&info, 1) == 0 &&
	       info.resident >= 0 &&
	       (uint64_t)(info.resident + info.swapped) < shared->map->size;
}

/*
 * Works in steps, to check the free memory and release the input after each. Work that
 * needs neither is one step, because each step opens the segment as a file again.
 */
static int run_shared(void *data)
{
	struct shared *shared = data;
	struct task *task = &shared->task;
	uint64_t left = task->job.length;
	bool allocates = allocates_memory(shared);
	bool one_step = !allocates && !task->spent;
	int rc = 0;

	do {
		uint64_t step = one_step || left < MEMORY_STEP ? left : MEMORY_STEP;

		next_job(task, step);
		left -= step;
		if (allocates && memory_is_short(step))
			return -ENOMEM;
		rc = shared->work(shared->map, &task->job);
		if (task->spent)
			task->spent(task->job.fd);
	} while (rc == 0 && left > 0 && task->job.done == task->job.length);
	return rc;
}

static int fill_in_child(struct task *task, const struct shmbox_map *map, filler *work)
{
	struct shared *shared = shared_memory(sizeof(*shared));
	int rc;

	if (!shared)
		return -ENOMEM;
	*shared = (struct shared){ *task, map, work };
	if (task->job.context)
		shared->task.job.context = &shared->task;
	rc = run_in_child(run_shared, shared, &shared->task.killed);
	*task = shared->task;
	task->job.context = task;
	free_shared(shared, sizeof(*shared));
	return rc;
}

int task_fill(struct task *task, const struct shmbox_map *map, filler *work)
{
	uint64_t length = task->job.length;
	int rc;

	if ((task->total ? task->total : length) <= MUCH_MEMORY)
		return work(map, &task->job);
	if (task->total)
		return fill_in_child(task, map, work);
	/* most inputs of unknown length are small, and need no child */
	task->job.length = MUCH_MEMORY;
	rc = work(map, &task->job);
	if (rc < 0 || task->job.done < MUCH_MEMORY)
		return rc;
	next_job(task, length - MUCH_MEMORY);
	return fill_in_child(task, map, work);
}

int task_killed(const char *object, enum killed killed, const char *amount,
                const char *done)
{
	bool memory = killed == KILLED_FOR_MEMORY;

	return fail(memory ? STATUS_LIMIT : STATUS_FAILED, object, "%s %s: killed %s",
	            amount, done, memory ? "because memory ran out" : "by SIGKILL");
}

int task_out_of_memory(const struct task *task)
{
	char text[DONE_MAX];
	char total[TEXT_MAX];

	if (task->killed && task->total)
		snprintf(text, sizeof(text), "%llu of %s",
		         (unsigned long long)task_done(task),
		         text_count(total, task->total, "byte"));
	else
		text_count(text, task_done(task), "byte");
	if (task->killed)
		return task_killed(task->object, task->killed, text, "written");
	return fail(STATUS_LIMIT, task->object, "no memory for more: %s written", text);
}

int task_run(struct task *task, const struct shmbox_map *map, filler *work)
{
	int rc;

	task_begin(task);
	rc = task_fill(task, map, work);
	task_end(task);
	if (rc == -ENOMEM || rc == -EFAULT)
		return task_out_of_memory(task);
	return rc < 0 ? failed(SHMBOX_WRITE, rc, task->object, NULL) : STATUS_OK;
}
