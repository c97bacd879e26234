/*
 * task.h - a long piece of work on a segment: its progress, how the bytes were transferred,
 * and, if it fills much memory, a process of its own
 */
#ifndef TASK_H
#define TASK_H

#include <shmbox/shmbox.h>

/* When and how progress is reported. */
struct progress {
	bool wanted;   /* false: only on SIGUSR1 */
	bool terminal; /* a line can be drawn over */
	int64_t began; /* nanoseconds of CLOCK_MONOTONIC */
	int64_t told;  /* when it was last reported */
};

/* Whether a child was killed; for memory also if the reason is unknown. */
enum killed { NOT_KILLED, KILLED, KILLED_FOR_MEMORY };

/* Zero-initialise, set the first part, task_begin(), work on task.job, task_end(). */
struct task {
	const char *object; /* the segment as the user typed it */
	bool progress;      /* --progress was given */
	bool verbose;       /* --verbose was given */
	bool output_lost;   /* standard output takes no more */
	uint64_t total;     /* how much there is to do; 0 if that is not known before */
	void (*spent)(
		int fd); /* called when what was read of it is not needed any more; or NULL */
	struct shmbox_job job;
	/* task.c's own */
	uint64_t done; /* by jobs before this one */
	unsigned how;
	enum killed killed;
	struct progress state;
};

void task_begin(struct task *task);

/* Reports the end, and how the bytes were transferred, if progress and verbose are set. */
void task_end(struct task *task);

/* Bytes done by all its jobs. */
static inline uint64_t task_done(const struct task *task)
{
	return task->done + task->job.done;
}

/* The work on a segment: shmbox_receive(), shmbox_wipe(), shmbox_populate(), shmbox_copy(). */
typedef int filler(const struct shmbox_map *map, struct shmbox_job *job);

/*
 * Calls work(map, &task->job); if that is much, in a child that the kernel kills first when
 * memory runs out, and no other process. Returns what work() did, or -ENOMEM if the child was
 * killed.
 */
int task_fill(struct task *task, const struct shmbox_map *map, filler *work);

/* Says how much was done before memory ran out; returns a status. */
int task_out_of_memory(const struct task *task);

/* The same, where the amount, "7 bytes", was done ("written") until the child was killed. */
int task_killed(const char *object, enum killed killed, const char *amount,
                const char *done);

/* Begins, fills and ends; or says what failed. Returns a status. */
int task_run(struct task *task, const struct shmbox_map *map, filler *work);

#endif
