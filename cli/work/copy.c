/* SPDX-License-Identifier: MIT */
/* copy.c - a consistent copy of a range */

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <time.h>

#include <shmbox/shmbox.h>

#include "diag/diag.h"
#include "work/child.h"
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

int report_failed_copy(const char *object, const struct shmbox_map *map, int rc)
{
	if (rc == -ETIMEDOUT)
		return fail(STATUS_REFUSED, object,
		            "process %d has it attached and does not stop",
		            (int)map->unstopped);
	if (rc == -EALREADY)
		return refuse_traced(object, map);
	return failed_on(rc == -ESRCH ? SHMBOX_BORROW : SHMBOX_FREEZE, rc, object,
	                 map->id);
}

int replace_by_copy(struct shmbox_map *map, struct task *task, bool freeze)
{
	struct shmbox_map copied;
	int rc = copy(task, map, freeze, &copied);

	if (rc < 0)
		return report_failed_copy(task->object, map, rc);
	shmbox_detach(map);
	*map = copied;
	return STATUS_OK;
}

/* Copies of several segments, made in a child if they are large. */
struct copying {
	const struct shmbox_map *maps;
	const struct shmbox_map *copies;
	size_t count;
	size_t which; /* index of the segment whose copy failed */
};

/* Copies in steps, and checks the available memory before each step. */
static int copy_map(const struct shmbox_map *map, const struct shmbox_map *copy)
{
	struct shmbox_job job = { .fd = copy->copy };
	int rc = 0;

	for (; rc == 0 && job.offset < map->size; job.offset += job.length) {
		uint64_t left = map->size - job.offset;

		job.length = left < MEMORY_STEP ? left : MEMORY_STEP;
		rc = memory_is_short(job.length) ? -ENOMEM : shmbox_copy(map, &job);
	}
	return rc;
}

/*
 * One child makes all copies: its attaches end with it, as if another process had detached the
 * segments.
 */
static int copy_maps(void *data)
{
	struct copying *copying = data;
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < copying->count; i++) {
		copying->which = i;
		rc = copy_map(&copying->maps[i], &copying->copies[i]);
	}
	return rc;
}

static int copy_all(const struct shmbox_map *maps, struct shmbox_map *copies,
                    size_t count, size_t *which)
{
	struct copying *copying = shared_memory(sizeof(*copying));
	enum killed killed = NOT_KILLED;
	uint64_t total = 0;
	int rc = copying ? 0 : -ENOMEM;

	for (size_t i = 0; rc == 0 && i < count; i++) {
		*which = i;
		rc = shmbox_blank(&maps[i], &copies[i]);
		total += maps[i].size;
	}
	if (rc == 0) {
		*copying = (struct copying){ maps, copies, count, 0 };
		rc = total > MUCH_MEMORY ? run_in_child(copy_maps, copying, &killed)
		                         : copy_maps(copying);
		*which = copying->which;
	}
	if (copying)
		free_shared(copying, sizeof(*copying));
	for (size_t i = 0; rc < 0 && i < count; i++)
		shmbox_detach(&copies[i]);
	return rc;
}

int freeze_and_copy_all(struct shmbox_map *maps, struct shmbox_map *copies,
                        const char *const *words, size_t count)
{
	void (*before)(int) = signal(SIGTSTP, SIG_IGN);
	size_t which = 0;
	int rc = -EAGAIN;

	for (int i = 0; rc == -EAGAIN && i < TRIES; i++) {
		poll(NULL, 0, i);
		rc = shmbox_freeze_all(maps, count, &which);
		if (rc == 0) {
			rc = copy_all(maps, copies, count, &which);
			shmbox_thaw_all(maps, count);
		}
	}
	signal(SIGTSTP, before);
	return rc < 0 ? report_failed_copy(words[which], &maps[which], rc) : STATUS_OK;
}
