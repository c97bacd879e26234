/* SPDX-License-Identifier: MIT */
/* child.c - run work that may use up the memory in a child process */

#include <errno.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <shmbox/shmbox.h>

#include "work/child.h"
#include "work/progress.h"

/*
 * Values of /proc/PID/oom_score_adj. At 1000 a process is killed first when memory runs
 * out.
 */
enum { KILLED_SECOND = 900, KILLED_FIRST = 1000 };

void *shared_memory(size_t size)
{
	void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE,
	                    MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	return memory == MAP_FAILED ? NULL : memory;
}

void free_shared(void *memory, size_t size)
{
	munmap(memory, size);
}

static _Noreturn void run_child(int (*work)(void *data), void *data, pid_t parent)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(0);
	shmbox_expendable(
		KILLED_FIRST,
		NULL); /* without /proc, the child is killed no earlier than others */
	/* an errno fits into an exit status */
	_exit(-work(data));
}

/*
 * Returns the wait status of the child, or -1. SIGUSR1 requests progress, which the child
 * reports.
 */
static int wait_for(pid_t child)
{
	int status = -1;

	while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
		if (progress_requested())
			kill(child, SIGUSR1);
	}
	return status;
}

/* The parent has attached what the child filled: it is to be killed second. */
static int run_parent(pid_t child)
{
	int before = 0;
	bool known = shmbox_expendable(KILLED_SECOND, &before) == 0;
	int status = wait_for(child);

	if (known && (status == -1 || !WIFSIGNALED(status)))
		shmbox_expendable(before, NULL);
	return status;
}

int run_in_child(int (*work)(void *data), void *data, enum killed *killed)
{
	int64_t kills = shmbox_oom_kills();
	pid_t parent = getpid();
	pid_t child;
	int status;

	signal(SIGCHLD, SIG_DFL); /* ignored, waitpid(2) returns no status */
	child = fork();
	if (child == 0)
		run_child(work, data, parent);
	if (child < 0)
		return work(data);
	status = run_parent(child);
	if (status != -1 && WIFEXITED(status))
		return -WEXITSTATUS(status);
	/*
	 * a signal other than SIGKILL that ended the child was sent to this process too
	 */
	if (status != -1 && WTERMSIG(status) != SIGKILL)
		raise(WTERMSIG(status));
	*killed = kills < 0 || kills != shmbox_oom_kills() ? KILLED_FOR_MEMORY : KILLED;
	return -ENOMEM;
}

bool memory_is_short(uint64_t wanted)
{
	int64_t available = shmbox_available();

	/* the available memory is an estimate: keep a quarter in reserve */
	return available >= 0 && (uint64_t)available < wanted + wanted / 4;
}
