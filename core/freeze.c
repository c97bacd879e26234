/* freeze.c - the holders of a segment stand still for a while */

#include <linux/capability.h>
#include <poll.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "core.h"

/*
 * ROUNDS: how often we look whether somebody came while we stopped the others; PATIENCE: how
 * long a thread may take to stop, in milliseconds. It takes none but inside of a call that
 * nothing can interrupt.
 */
enum { ROUNDS = 16, PATIENCE = 2000 };

enum { STATUS_BITS = 16 }; /* above them is what has stopped it, if that is no signal */

struct shmbox_stopped {
	pid_t thread; /* 0: has ended, or goes on */
	int signal;   /* that was about to reach it */
};

/* The libc's has arguments of any number, which is more than is needed. */
static long trace(long request, pid_t thread, long data)
{
	return syscall(SYS_ptrace, request, thread, 0L, data);
}

static bool has_ended(pid_t thread)
{
	int threads;

	/* nor has it a state if it is not there */
	return strchr("ZX", state_of(thread, &threads)) != NULL;
}

struct freezing {
	struct shmbox_map *map;
	int rc;
};

/* Asks a thread to stop, unless that was done. */
static bool ask(pid_t thread, void *data)
{
	struct freezing *freezing = data;
	struct shmbox_map *map = freezing->map;
	struct shmbox_stopped *more;

	for (int i = 0; i < map->stopped_count; i++) {
		if (map->stopped[i].thread == thread)
			return true;
	}
	more = room_for_one(map->stopped, (size_t)map->stopped_count, sizeof(*more));
	if (!more) {
		freezing->rc = -ENOMEM;
		return false;
	}
	map->stopped = more;
	if (trace(PTRACE_SEIZE, thread, 0) < 0) {
		/* of one that is ending it does not say ESRCH */
		if (errno != ESRCH && !has_ended(thread))
			freezing->rc = -EPERM;
		return freezing->rc == 0;
	}
	trace(PTRACE_INTERRUPT, thread, 0);
	more[map->stopped_count++] = (struct shmbox_stopped){ .thread = thread };
	return true;
}

/* Until it has stopped, or ended. */
static int await(struct shmbox_stopped *stopped)
{
	int status = 0;

	for (int i = 0; i < PATIENCE; i++) {
		pid_t changed = waitpid(stopped->thread, &status, WNOHANG | __WALL);

		if (changed > 0 && WIFSTOPPED(status)) {
			if (status >> STATUS_BITS == 0)
				stopped->signal = WSTOPSIG(status);
			return 0;
		}
		if (changed != 0 || has_ended(stopped->thread)) {
			stopped->thread = 0;
			return 0;
		}
		poll(NULL, 0, 1);
	}
	return -ETIMEDOUT;
}

/* One after the other, in their order: a parent may be waiting for its child to go on. */
static int stop_process(struct shmbox_map *map, pid_t pid)
{
	struct freezing freezing = { .map = map };
	int first = map->stopped_count;
	int rc = each_thread(pid, ask, &freezing);

	/* a process that has ended holds nothing any more, and is not counted */
	if (rc < 0 && rc != -ENOENT)
		freezing.rc = rc;
	for (int i = first; freezing.rc == 0 && i < map->stopped_count; i++)
		freezing.rc = await(&map->stopped[i]);
	return freezing.rc;
}

/*
 * Whether all attaches are those that we have seen, and when we have looked nobody else had
 * come and gone: where we may leave a trace, it is ours.
 */
static bool is_complete(struct shmbox_map *map, int seen)
{
	struct shmbox_info info;
	void *again = map->address ? shmat(map->id, NULL, SHM_RDONLY) : NULL;

	if ((intptr_t)again != -1 && again)
		shmdt(again);
	if (shmbox_stat(map->id, &info) < 0 || info.attached != (uint64_t)seen)
		return false;
	map->last_pid = info.last_pid;
	return !map->address || info.last_pid == getpid();
}

/* 1 if nothing is left to be done, 0 if that has to be seen, or -errno. */
static int stop_all(struct shmbox_map *map, bool *denied)
{
	struct shmbox_holder *holders;
	int before = map->stopped_count;
	int count = find_holders(map->id, &holders, denied);
	int rc = count < 0 ? count : 0;

	/* that nobody else holds it is told without /proc as well */
	if (rc == -ENOSYS && is_complete(map, map->address ? 1 : 0))
		return 1;
	for (int i = 0; rc == 0 && i < count; i++) {
		if (holders[i].pid != getpid())
			rc = stop_process(map, holders[i].pid);
		if (rc == -ETIMEDOUT)
			map->unstopped = holders[i].pid;
	}
	free(holders);
	if (rc < 0)
		return rc;
	return map->stopped_count == before && is_complete(map, count);
}

int shmbox_freeze(struct shmbox_map *map)
{
	bool denied = false;
	int rc = 0;

	for (int round = 0; rc == 0 && round < ROUNDS; round++)
		rc = stop_all(map, &denied);
	if (rc > 0)
		return 0;
	shmbox_thaw(map);
	/* with that right it is not for want of it that some are not seen */
	if (rc == 0)
		rc = denied && !has_capability(CAP_SYS_PTRACE) ? -EPERM : -EBUSY;
	return rc;
}

void shmbox_thaw(struct shmbox_map *map)
{
	/* who did not stop may have waited for another, and stops now that he goes on */
	for (int i = 0; i < 2 * map->stopped_count; i++) {
		struct shmbox_stopped *stopped = &map->stopped[i % map->stopped_count];

		if (stopped->thread && i >= map->stopped_count)
			await(stopped);
		if (stopped->thread &&
		    trace(PTRACE_DETACH, stopped->thread, stopped->signal) == 0)
			stopped->thread = 0;
	}
	free(map->stopped);
	map->stopped = NULL;
	map->stopped_count = 0;
	map->last_pid = 0;
}
