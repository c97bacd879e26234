/* SPDX-License-Identifier: MIT */
/* stop.c - stop the threads of a process by ptrace(2) */

#include <poll.h>
#include <signal.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "holders/stop.h"
#include "proc/process.h"
#include "proc/procfs.h"

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

int stop_process(struct freezing *freezing, pid_t pid)
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
