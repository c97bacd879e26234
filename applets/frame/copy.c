/* copy.c - a copy of a segment that is all of one moment */

#include <poll.h>
#include <signal.h>

#include "task.h"

enum { TRIES = 16 };

static int copy_once(struct task *task, struct shmbox_map *map, bool freeze,
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
	else if (rc == 0)
		rc = shmbox_compare(map, &job);
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
		rc = copy_once(task, map, freeze, copy);
	}
	signal(SIGTSTP, before);
	return rc;
}
