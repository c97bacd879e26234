/*
 * task.h - a long piece of work on a segment: how far it has come, how it went, and, where
 * it fills much memory, in a process of its own
 */
#ifndef TASK_H
#define TASK_H

#include <shmbox/shmbox.h>

/* When and how progress is told. */
struct progress {
	bool wanted;   /* else only SIGUSR1 asks */
	bool terminal; /* where a line can be drawn over */
	int64_t began; /* nanoseconds of CLOCK_MONOTONIC */
	int64_t told;
};

/* How a child ended; for memory also where the kernel does not tell why. */
enum killed { NOT_KILLED, KILLED, KILLED_FOR_MEMORY };

/* Zero-initialise, set the first part, task_begin(), work on task.job, task_end(). */
struct task {
	const char *object; /* the segment as the user typed it */
	bool progress;      /* --progress was given */
	bool verbose;       /* --verbose was given */
	bool output_lost;   /* standard output takes no more */
	uint64_t total;     /* how much there is to do; 0 if that is not known before */
	void (*spent)(
		int fd); /* what job.fd gave so far is not needed any more; or NULL */
	struct shmbox_job job;
	/* task.c's own */
	uint64_t done; /* by jobs before this one */
	unsigned how;
	enum killed killed;
	struct progress state;
};

void task_begin(struct task *task);

/* The last word on progress, and by which ways the bytes went, where these were asked for. */
void task_end(struct task *task);

/* Bytes done by all its jobs. */
static inline uint64_t task_done(const struct task *task)
{
	return task->done + task->job.done;
}

/* What a job that fills a segment does: shmbox_receive(), shmbox_wipe(), shmbox_populate(). */
typedef int filler(const struct shmbox_map *map, struct shmbox_job *job);

/*
 * work(map, &task->job), and much of it in a child that is the first to go when memory runs
 * out, in place of a neighbour. Returns what work() did, or -ENOMEM if the child was killed.
 */
int task_fill(struct task *task, const struct shmbox_map *map, filler *work);

/* Says how much was done until there was no memory for more; returns a status. */
int task_out_of_memory(const struct task *task);

/* The same, where the amount, "7 bytes", was done ("written") until the child was killed. */
int task_killed(const char *object, enum killed killed, const char *amount,
                const char *done);

/* All of it: begins, fills, ends, and says what stopped it; returns a status. */
int task_run(struct task *task, const struct shmbox_map *map, filler *work);

#endif
