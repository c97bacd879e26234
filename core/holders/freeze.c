/* SPDX-License-Identifier: MIT */
/* freeze.c - stop the holders of segments for a while */

#include <fcntl.h>
#include <linux/capability.h>
#include <poll.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "bytes/file.h"
#include "holders/holders.h"
#include "holders/tracer.h"
#include "proc/capability.h"
#include "proc/process.h"
#include "proc/procfs.h"

/*
 * ROUNDS: scans for processes that have attached the segment while others were being
 * stopped. STOP_TIMEOUT and TOTAL_TIMEOUT: milliseconds that one thread and all threads
 * may take to stop. Only a thread inside an uninterruptible call takes any time.
 */
enum { ROUNDS = 24, STOP_TIMEOUT = 2000, TOTAL_TIMEOUT = 10 * STOP_TIMEOUT };

/* The state of the child that traces the holders. */
struct freezing {
	struct shmbox_map *maps;
	size_t map_count;
	int *attaches;          /* attaches of each map in the last scan */
	struct shmbox_map *map; /* the map whose holders are being stopped */
	pid_t caller;           /* the process that called shmbox_freeze() */
	pid_t pid;              /* the process that is being stopped */
	pid_t *threads;         /* threads that are seized, one malloc(3) block */
	int count;
	int waited_ms; /* milliseconds in total */
	bool denied;   /* there are processes that we may not inspect */
	int rc;
};

/* ptrace(2) of the C library is variadic; the system call is not. */
static long trace_thread(long request, pid_t thread)
{
	return syscall(SYS_ptrace, request, thread, 0L, 0L);
}

static bool has_exited(pid_t thread)
{
	int threads;

	/* no such thread: the state is 0, which strchr(3) finds as the final NUL */
	return strchr("ZX", state_of(thread, &threads)) != NULL;
}

static bool take_tracer(const char *line, void *data)
{
	static const char label[] = "TracerPid:";
	const char *at = line + strlen(label);

	if (strncmp(line, label, strlen(label)) != 0)
		return true;
	*(pid_t *)data = (pid_t)next_number(&at, 10);
	return false;
}

/* Returns the process that traces a thread, or 0. */
static pid_t tracer_of(pid_t thread)
{
	char path[32];
	pid_t tracer = 0;

	snprintf(path, sizeof(path), "/proc/%d/status", (int)thread);
	each_line(path, take_tracer, &tracer);
	return tracer;
}

/* Returns 0 if the thread is exiting, or the reason why it could not be seized. */
static int explain_refusal(struct freezing *freezing, pid_t thread, int error)
{
	/* PTRACE_SEIZE of an exiting thread fails with EPERM, not ESRCH */
	if (error == ESRCH || has_exited(thread))
		return 0;
	freezing->map->unstopped = freezing->pid;
	freezing->map->tracer = tracer_of(thread);
	return freezing->map->tracer ? -EALREADY : -EPERM;
}

/* Seizes a thread and asks it to stop, unless it is seized already. */
static bool seize_thread(pid_t thread, void *data)
{
	struct freezing *freezing = data;
	pid_t *more;

	for (int i = 0; i < freezing->count; i++) {
		if (freezing->threads[i] == thread)
			return true;
	}
	more = grow_block(freezing->threads, (size_t)freezing->count, sizeof(*more));
	if (!more) {
		freezing->rc = -ENOMEM;
		return false;
	}
	freezing->threads = more;
	if (trace_thread(PTRACE_SEIZE, thread) < 0) {
		freezing->rc = explain_refusal(freezing, thread, errno);
		return freezing->rc == 0;
	}
	trace_thread(PTRACE_INTERRUPT, thread);
	more[freezing->count++] = thread;
	return true;
}

/*
 * Waits until a thread has stopped or exited. WNOWAIT leaves the stop unconsumed: a stop
 * that is consumed loses the signal that came with it (docs/kernel.md, Freezing).
 */
static int await_stop(struct freezing *freezing, pid_t thread)
{
	enum { WAIT_FLAGS = WSTOPPED | WEXITED | WNOHANG | WNOWAIT | __WALL };

	for (int i = 0; i < STOP_TIMEOUT && freezing->waited_ms < TOTAL_TIMEOUT; i++) {
		siginfo_t what = { 0 };
		bool reported =
			waitid(P_PID, (id_t)thread, &what, WAIT_FLAGS) < 0 || what.si_pid;

		if (reported && what.si_code == CLD_TRAPPED)
			return 0;
		/* an exited thread remains a zombie until its tracer waits for it */
		if (reported || has_exited(thread)) {
			waitpid(thread, NULL, WNOHANG | __WALL);
			return 0;
		}
		poll(NULL, 0, 1);
		freezing->waited_ms++;
	}
	return -ETIMEDOUT;
}

/* The caller stops a parent before its child, for which it may wait (vfork(2)). */
static int stop_process(struct freezing *freezing, pid_t pid)
{
	int first = freezing->count;
	int rc;

	freezing->pid = pid;
	rc = each_thread(pid, seize_thread, freezing);
	/* a process that has exited has nothing attached */
	if (rc < 0 && rc != -ENOENT)
		freezing->rc = rc;
	for (int i = first; freezing->rc == 0 && i < freezing->count; i++)
		freezing->rc = await_stop(freezing, freezing->threads[i]);
	if (freezing->rc == -ETIMEDOUT)
		freezing->map->unstopped = pid;
	return freezing->rc;
}

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
