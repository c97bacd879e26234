/* copy.c - a consistent copy of a range */

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <time.h>

#include <shmbox/shmbox.h>

#include "diag/diag.h"
#include "work/copy.h"
#include "work/progress.h"

enum { TRIES = 16 };

/* Milliseconds between a copy and its comparison, and their increase with each try. */
enum { PAUSE = 20, MORE = 5, MILLISECOND = 1000000 };

/* Sleeps for the full time, even if SIGUSR1 arrives. */
static void pause_for(long milliseconds)
{
	struct timespec left = { .tv_nsec = milliseconds * MILLISECOND };

	while (nanosleep(&left, &left) < 0 && errno == EINTR)
		;
}

static int copy_once(struct task *task, struct shmbox_map *map, bool freeze, int tries,
                     struct shmbox_map *copy)
{
	struct shmbox_job job = task->job;
	int rc = shmbox_blank(map, copy);

	if (rc < 0)
		return rc;
	/* no progress is reported: the process that reads it may be stopped as well */
	task->total = job.length;
	task->job.fd = copy->copy;
	if (freeze)
		rc = shmbox_freeze(map);
	if (rc == 0)
		rc = task_fill(task, map, shmbox_copy);
	task->job = job;
	job.fd = copy->copy;
	if (freeze)
		shmbox_thaw(map);
	if (rc == 0 && !freeze) {
		/*
		 * without a pause, both copies could contain the same half of an update
		 */
		pause_for(PAUSE + MORE * tries);
		rc = shmbox_compare(map, &job);
	}
	if (rc < 0)
		shmbox_detach(copy);
	return rc;
}

static int copy(struct task *task, struct shmbox_map *map, bool freeze,
                struct shmbox_map *copied)
{
	/* while other processes are stopped, Ctrl-Z must not stop this one */
	void (*before)(int) = signal(SIGTSTP, SIG_IGN);
	int rc = -EAGAIN;

	progress_listen();
	for (int i = 0; rc == -EAGAIN && i < TRIES; i++) {
		poll(NULL, 0, i);
		rc = copy_once(task, map, freeze, i, copied);
	}
	signal(SIGTSTP, before);
	return rc;
}

/* A process can have only one tracer. */
static int refuse_traced(const char *object, const struct shmbox_map *map)
{
	char name[16] = "?";

	shmbox_process_name(map->tracer, name);
	fail(STATUS_DENIED, object,
	     "process %d has it attached and is traced by process %d (%s)",
	     (int)map->unstopped, (int)map->tracer, name);
	hint("end process %d or make it detach, and try again", (int)map->tracer);
	return STATUS_DENIED;
}

int replace_by_copy(struct shmbox_map *map, struct task *task, bool freeze)
{
	struct shmbox_map copied;
	int rc = copy(task, map, freeze, &copied);

	if (rc == -ETIMEDOUT)
		return fail(STATUS_REFUSED, task->object,
		            "process %d has it attached and does not stop",
		            (int)map->unstopped);
	if (rc == -EALREADY)
		return refuse_traced(task->object, map);
	if (rc < 0)
		return failed_on(rc == -ESRCH ? SHMBOX_BORROW : SHMBOX_FREEZE, rc,
		                 task->object, map->id);
	shmbox_detach(map);
	*map = copied;
	return STATUS_OK;
}
