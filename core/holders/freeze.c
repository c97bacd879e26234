/* freeze.c - the holders of a segment stand still for a while */

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
 * ROUNDS: how often we look whether somebody came while we stopped the others. PATIENCE: how
 * long a thread may take to stop, and ALL_PATIENCE, how long all may take, in milliseconds.
 * A thread takes none but inside of a call that nothing can interrupt.
 */
enum { ROUNDS = 24, PATIENCE = 2000, ALL_PATIENCE = 10 * PATIENCE };

/* What the child does that traces them: the threads it has asked to stop, and what came of it. */
struct freezing {
	struct shmbox_map *map;
	pid_t self;     /* the process that wants them stopped */
	pid_t pid;      /* the process that is being stopped */
	pid_t *threads; /* those asked so far */
	int count;
	int waited; /* milliseconds in all */
	int seen;   /* attaches */
	bool denied;
	int rc;
};

/* The libc's has arguments of any number, which is more than is needed. */
static long trace(long request, pid_t thread)
{
	return syscall(SYS_ptrace, request, thread, 0L, 0L);
}

static bool has_ended(pid_t thread)
{
	int threads;

	/* nor has it a state if it is not there */
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

/* The process that traces a thread, or 0. */
static pid_t tracer_of(pid_t thread)
{
	char path[32];
	pid_t tracer = 0;

	snprintf(path, sizeof(path), "/proc/%d/status", (int)thread);
	each_line(path, take_tracer, &tracer);
	return tracer;
}

/* Why a thread could not be seized. */
static int explain_refusal(struct freezing *freezing, pid_t thread, int error)
{
	/* PTRACE_SEIZE of an exiting thread fails with EPERM, not ESRCH */
	if (error == ESRCH || has_ended(thread))
		return 0;
	freezing->map->unstopped = freezing->pid;
	freezing->map->tracer = tracer_of(thread);
	return freezing->map->tracer ? -EALREADY : -EPERM;
}

/* Asks a thread to stop, unless that was done. */
static bool ask(pid_t thread, void *data)
{
	struct freezing *freezing = data;
	pid_t *more;

	for (int i = 0; i < freezing->count; i++) {
		if (freezing->threads[i] == thread)
			return true;
	}
	more = room_for_one(freezing->threads, (size_t)freezing->count, sizeof(*more));
	if (!more) {
		freezing->rc = -ENOMEM;
		return false;
	}
	freezing->threads = more;
	if (trace(PTRACE_SEIZE, thread) < 0) {
		freezing->rc = explain_refusal(freezing, thread, errno);
		return freezing->rc == 0;
	}
	trace(PTRACE_INTERRUPT, thread);
	more[freezing->count++] = thread;
	return true;
}

/*
 * Until it has stopped, or ended. The kernel is only asked: a stop that was waited for would
 * lose its signal (kernel/exit.c, wait_task_stopped()), which is delivered when we let go.
 */
static int await(struct freezing *freezing, pid_t thread)
{
	enum { ASKED = WSTOPPED | WEXITED | WNOHANG | WNOWAIT | __WALL };

	for (int i = 0; i < PATIENCE && freezing->waited < ALL_PATIENCE; i++) {
		siginfo_t what = { 0 };
		bool known = waitid(P_PID, (id_t)thread, &what, ASKED) < 0 || what.si_pid;

		if (known && what.si_code == CLD_TRAPPED)
			return 0;
		/* what has ended stays until its tracer has waited for it */
		if (known || has_ended(thread)) {
			waitpid(thread, NULL, WNOHANG | __WALL);
			return 0;
		}
		poll(NULL, 0, 1);
		freezing->waited++;
	}
	return -ETIMEDOUT;
}

/* One after the other, in their order: a parent may be waiting for its child to go on. */
static int stop_process(struct freezing *freezing, pid_t pid)
{
	int first = freezing->count;
	int rc;

	freezing->pid = pid;
	rc = each_thread(pid, ask, freezing);
	/* a process that has ended holds nothing any more, and is not counted */
	if (rc < 0 && rc != -ENOENT)
		freezing->rc = rc;
	for (int i = first; freezing->rc == 0 && i < freezing->count; i++)
		freezing->rc = await(freezing, freezing->threads[i]);
	if (freezing->rc == -ETIMEDOUT)
		freezing->map->unstopped = pid;
	return freezing->rc;
}

/* Whether it is certain that these are of so many different attaches. */
static bool is_certain(const struct shmbox_holder *holders, int count)
{
	while (count > 0 && !holders[count - 1].doubtful)
		count--;
	return count == 0;
}

/* Whether it is attached so often and no more. */
static bool is_attached(struct shmbox_map *map, int times)
{
	struct shmbox_info info;

	if (shmbox_stat(map->id, &info) < 0 || info.attached != (uint64_t)times)
		return false;
	map->last_pid = info.last_pid;
	return true;
}

/*
 * Whether nobody came since so many attaches were seen. Where we may leave a trace, we become
 * the last who attached it: who comes from now on is noticed by that.
 */
static bool mark(struct shmbox_map *map, int seen)
{
	void *again = map->address ? shmat(map->id, NULL, SHM_RDONLY) : NULL;

	if ((intptr_t)again != -1 && again)
		shmdt(again);
	return is_attached(map, seen) && (!map->address || map->last_pid == getpid());
}

/* 1 if nothing is left to be done, 0 if that has to be seen, or -errno. */
static int stop_all(struct freezing *freezing)
{
	struct shmbox_holder *holders;
	struct look look;
	int before = freezing->count;
	int count = look_for_holders(freezing->map->id, getpid(), &holders, &look);
	int rc = count < 0 ? count : 0;
	bool certain;

	/* that nobody else holds it is told without /proc as well */
	freezing->seen = count < 0 ? freezing->map->address != NULL : count;
	if (rc < 0 && is_attached(freezing->map, freezing->seen))
		return 1;
	freezing->denied |= look.denied;
	/* those that repeat come last: a parent before its child */
	for (int i = 0; rc == 0 && i < count + look.repeats; i++) {
		if (holders[i].pid != freezing->self)
			rc = stop_process(freezing, holders[i].pid);
	}
	certain = count >= 0 && is_certain(holders, count);
	free(holders);
	if (rc < 0)
		return rc;
	return freezing->count == before && certain && is_attached(freezing->map, count);
}

/* Runs in the child, which traces them. */
static int freeze(void *data)
{
	struct freezing *freezing = data;
	int rc = 0;

	/* a process that ends has no mappings any more before its attaches are gone */
	for (int round = 0; rc == 0 && round < ROUNDS; round++) {
		poll(NULL, 0, round);
		rc = stop_all(freezing);
	}
	free(freezing->threads);
	if (rc > 0)
		return 0;
	/* with that right it is not for want of it that some are not seen */
	if (rc == 0)
		rc = freezing->denied && !has_capability(CAP_SYS_PTRACE) ? -EPERM
		                                                         : -EBUSY;
	return rc;
}

/*
 * Two processes that stop each other would wait for ever. So they take turns: the file of our
 * IPC namespace is locked (flock(2)). A lock that is not to be had in time does not keep us: its
 * owner may be any process, and one that only holds it stops nobody. Returns a descriptor or -1.
 */
static int take_turn(void)
{
	int lock = above_streams(open("/proc/thread-self/ns/ipc", O_RDONLY | O_CLOEXEC));

	for (int i = 0; lock >= 0 && i < ALL_PATIENCE; i++) {
		if (flock(lock, LOCK_EX | LOCK_NB) == 0 ||
		    (errno != EWOULDBLOCK && errno != EINTR))
			break;
		poll(NULL, 0, 1);
	}
	return lock;
}

int shmbox_freeze(struct shmbox_map *map)
{
	struct freezing freezing = { .map = map, .self = getpid() };
	int frozen;
	int rc;

	if (map->stopped)
		return -EINVAL;
	rc = start_tracer(freeze, &freezing, take_turn(), &frozen, &map->stopped);
	if (rc < 0) {
		map->stopped = NULL;
		return rc;
	}
	if (frozen == 0 && !mark(map, freezing.seen))
		frozen = -EAGAIN;
	if (frozen < 0)
		shmbox_thaw(map);
	return frozen;
}

void shmbox_thaw(struct shmbox_map *map)
{
	if (map->stopped)
		end_tracer(map->stopped);
	map->stopped = NULL;
	map->last_pid = 0;
}
