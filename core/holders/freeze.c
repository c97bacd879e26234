/* SPDX-License-Identifier: MIT */
/* freeze.c - stop the holders of segments for a while */

#include <fcntl.h>
#include <linux/capability.h>
#include <poll.h>
#include <sys/file.h>

#include "bytes/file.h"
#include "holders/holders.h"
#include "holders/stop.h"
#include "holders/tracer.h"
#include "proc/capability.h"

/* Scans for processes that have attached the segment while others were being stopped. */
enum { ROUNDS = 24 };

/* True if the segment has exactly this many attaches. */
static bool has_attaches(struct shmbox_map *map, int times)
{
	struct shmbox_info info;

	if (shmbox_stat(map->id, &info) < 0 || info.attached != (uint64_t)times)
		return false;
	map->last_pid = info.last_pid;
	return true;
}

/*
 * True if no process has attached the segment since the scan. If we have it attached
 * ourselves, we attach once more: last_pid is then ours, and an attach by another process
 * changes it.
 */
static bool confirm_attaches(struct shmbox_map *map, int attaches)
{
	void *again = map->address ? shmat(map->id, NULL, SHM_RDONLY) : NULL;

	if ((intptr_t)again != -1 && again)
		shmdt(again);
	return has_attaches(map, attaches) &&
	       (!map->address || map->last_pid == getpid());
}

/* Returns 1 if all holders of a map are stopped, 0 if another scan is needed, or -errno. */
static int stop_holders(struct freezing *freezing)
{
	int *attaches = &freezing->attaches[freezing->map - freezing->maps];
	struct shmbox_holder *holders;
	struct scan scan;
	int before = freezing->count;
	int count = scan_holders(freezing->map->id, getpid(), &holders, &scan);
	int rc = count < 0 ? count : 0;
	bool certain;

	/* without /proc the count still shows that only we have it attached */
	*attaches = count < 0 ? freezing->map->address != NULL : count;
	if (rc < 0 && has_attaches(freezing->map, *attaches))
		return 1;
	freezing->denied |= scan.denied;
	/* duplicates come last: a parent is stopped before its vfork(2) child */
	for (int i = 0; rc == 0 && i < count + scan.duplicates; i++) {
		if (holders[i].pid != freezing->caller)
			rc = stop_process(freezing, holders[i].pid);
	}
	certain = count >= 0 && all_certain(holders, count);
	free(holders);
	if (rc < 0)
		return rc;
	return freezing->count == before && certain && has_attaches(freezing->map, count);
}

/* The same for all maps: a process that was stopped for one may have attached another. */
static int stop_all(struct freezing *freezing)
{
	struct shmbox_map *undone = NULL;
	int before = freezing->count;

	for (size_t i = 0; i < freezing->map_count; i++) {
		int rc;

		freezing->map = &freezing->maps[i];
		rc = stop_holders(freezing);
		if (rc < 0)
			return rc;
		if (rc == 0)
			undone = freezing->map;
	}
	if (undone)
		freezing->map = undone;
	return !undone && freezing->count == before;
}

/* Runs in the child. Returns 0 with all holders stopped, or a negated errno. */
static int freeze(void *data)
{
	struct freezing *freezing = data;
	int rc = 0;

	/* an exiting process loses its mappings before its attaches: scan again */
	for (int round = 0; rc == 0 && round < ROUNDS; round++) {
		poll(NULL, 0, round);
		rc = stop_all(freezing);
	}
	free(freezing->threads);
	if (rc > 0)
		return 0;
	/* with CAP_SYS_PTRACE no process was hidden from us: EBUSY, not EPERM */
	if (rc == 0)
		rc = freezing->denied && !has_capability(CAP_SYS_PTRACE) ? -EPERM
		                                                         : -EBUSY;
	return rc;
}

/*
 * Locks the file of our IPC namespace by flock(2): two processes that freeze each other
 * would wait for ever. If the lock is not free in time we continue without it, because
 * any process can take it. Returns a descriptor, or -1.
 */
static int lock_namespace(void)
{
	int lock = above_streams(open("/proc/thread-self/ns/ipc", O_RDONLY | O_CLOEXEC));

	for (int i = 0; lock >= 0 && i < TOTAL_TIMEOUT; i++) {
		if (flock(lock, LOCK_EX | LOCK_NB) == 0 ||
		    (errno != EWOULDBLOCK && errno != EINTR))
			break;
		poll(NULL, 0, 1);
	}
	return lock;
}

int shmbox_freeze_all(struct shmbox_map *maps, size_t count, size_t *which)
{
	struct freezing freezing = {
		.maps = maps,
		.map_count = count,
		.map = maps,
		.caller = getpid(),
	};
	int frozen;
	int rc;

	if (which)
		*which = 0;
	if (count == 0 || maps->stopped)
		return -EINVAL;
	freezing.attaches = calloc(count, sizeof(*freezing.attaches));
	if (!freezing.attaches)
		return -ENOMEM;
	rc = start_tracer(freeze, &freezing, lock_namespace(), &frozen, &maps->stopped);
	if (rc < 0)
		maps->stopped = NULL;
	for (size_t i = 0; rc == 0 && frozen == 0 && i < count; i++) {
		freezing.map = &maps[i];
		frozen = confirm_attaches(freezing.map, freezing.attaches[i]) ? 0
		                                                              : -EAGAIN;
	}
	free(freezing.attaches);
	if (which)
		*which = (size_t)(freezing.map - maps);
	if (rc == 0 && frozen < 0)
		shmbox_thaw_all(maps, count);
	return rc < 0 ? rc : frozen;
}

int shmbox_freeze(struct shmbox_map *map)
{
	return shmbox_freeze_all(map, 1, NULL);
}

void shmbox_thaw_all(struct shmbox_map *maps, size_t count)
{
	if (maps->stopped)
		end_tracer(maps->stopped);
	maps->stopped = NULL;
	for (size_t i = 0; i < count; i++)
		maps[i].last_pid = 0;
}

void shmbox_thaw(struct shmbox_map *map)
{
	shmbox_thaw_all(map, 1);
}
