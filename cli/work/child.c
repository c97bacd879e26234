/* child.c - work that may use up the memory, in a process of its own */

#include <errno.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <shmbox/shmbox.h>

#include "work/child.h"
#include "work/progress.h"

/* Values of /proc/PID/oom_score_adj: 1000 is killed first when memory runs out. */
enum { SECOND = 900, FIRST = 1000 };

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

static _Noreturn void be_the_child(int (*work)(void *data), void *data, pid_t parent)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(0);
	shmbox_expendable(FIRST,
	                  NULL); /* without /proc, it is killed no earlier than others */
	/* an exit status has room for an errno */
	_exit(-work(data));
}

/* Its wait status, or -1. SIGUSR1 asks for progress, which the child reports. */
static int wait_for(pid_t child)
{
	int status = -1;

	while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
		if (progress_asked())
			kill(child, SIGUSR1);
	}
	return status;
}

/* It has attached what the child filled, so it is killed next, before any other process. */
static int be_the_parent(pid_t child)
{
	int before = 0;
	bool known = shmbox_expendable(SECOND, &before) == 0;
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
		be_the_child(work, data, parent);
	if (child < 0)
		return work(data);
	status = be_the_parent(child);
	if (status != -1 && WIFEXITED(status))
		return -WEXITSTATUS(status);
	/* a signal that ended the child was for this process too, unless it was SIGKILL */
	if (status != -1 && WTERMSIG(status) != SIGKILL)
		raise(WTERMSIG(status));
	*killed = kills < 0 || kills != shmbox_oom_kills() ? KILLED_FOR_MEMORY : KILLED;
	return -ENOMEM;
}

bool memory_is_short(uint64_t wanted)
{
	int64_t available = shmbox_available();

	/* the available memory is an estimate */
	return available >= 0 && (uint64_t)available < wanted + wanted / 4;
}
