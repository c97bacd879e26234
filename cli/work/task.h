/* SPDX-License-Identifier: MIT */
/*
 * task.h - long work on a segment: its progress, the ways of transfer and, if it needs
 * much memory, a child process
 */
#ifndef TASK_H
#define TASK_H

#include <shmbox/shmbox.h>

/* When and how progress is reported. */
struct progress {
	bool wanted;      /* false: only on SIGUSR1 */
	bool terminal;    /* standard error is a terminal: lines are drawn over */
	int64_t began;    /* nanoseconds of CLOCK_MONOTONIC */
	int64_t reported; /* when progress was last reported */
};

/* Whether and why a child was killed; an unknown reason counts as KILLED_FOR_MEMORY. */
enum killed { NOT_KILLED, KILLED, KILLED_FOR_MEMORY };

/*
 * Zero-initialise, set the first part, call task_begin(), work on task.job, call
 * task_end().
 */
struct task {
	const char *object; /* the segment as the user typed it */
	bool progress;      /* --progress was given */
	bool verbose;       /* --verbose was given */
	bool output_lost;   /* standard output takes no more */
	uint64_t total;     /* bytes in total; 0 if that is unknown */
	void (*spent)(
		int fd); /* called to release the part of the input that was read; or NULL */
	struct shmbox_job job;
	/* private to task.c */
	uint64_t done; /* bytes of earlier jobs */
	unsigned how;
	enum killed killed;
	struct progress state;
};

void task_begin(struct task *task);

/*
 * Reports the end of the task, and how the bytes were transferred, if progress and
 * verbose are set.
 */
void task_end(struct task *task);

/* Bytes done by all jobs of the task. */
static inline uint64_t task_done(const struct task *task)
{
	return task->done + task->job.done;
}

/*
 * Work on a segment: shmbox_receive(), shmbox_wipe(), shmbox_populate(), shmbox_copy().
 */
typedef int filler(const struct shmbox_map *map, struct shmbox_job *job);

/*
 * Calls work(map, &task->job), in a child process if much memory may be needed (see
 * run_in_child()). Returns the result of work(), or -ENOMEM if the child was killed.
 */
int task_fill(struct task *task, const struct shmbox_map *map, filler *work);

/* Reports how much was done before memory ran out. Returns a status. */
int task_out_of_memory(const struct task *task);

/*
 * Reports that a child was killed after amount ("7 bytes") was done ("written"). Returns
 * a status.
 */
int task_killed(const char *object, enum killed killed, const char *amount,
                const char *done);

/* Begins, fills and ends the task, and reports a failure. Returns a status. */
int task_run(struct task *task, const struct shmbox_map *map, filler *work);

/* Counts what the job has done, and prepares the next one. */
void task_next(struct task *task);

#endif
