/* copy.c - a copy of a segment that is all of one moment */

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <time.h>

#include <shmbox/shmbox.h>

#include "work/progress.h"

enum { TRIES = 16 };

/* Milliseconds between a copy and the look whether it is still so, and more each time. */
enum { PAUSE = 20, MORE = 5, MILLISECOND = 1000000 };

/* All of it: SIGUSR1 does not make it shorter. */
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
	/* nobody is told of progress: who should read it may stand still as well */
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
		/* at once it would find the same half of a record as before */
		pause_for(PAUSE + MORE * tries);
		rc = shmbox_compare(map, &job);
	}
	if (rc < 0)
		shmbox_detach(copy);
	return rc;
}

int task_copy(struct task *task, struct shmbox_map *map, bool freeze,
              struct shmbox_map *copy)
{
	/* to be stopped from a keyboard would leave others stopped */
	void (*before)(int) = signal(SIGTSTP, SIG_IGN);
	int rc = -EAGAIN;

	progress_listen();
	for (int i = 0; rc == -EAGAIN && i < TRIES; i++) {
		poll(NULL, 0, i);
		rc = copy_once(task, map, freeze, i, copy);
	}
	signal(SIGTSTP, before);
	return rc;
}
