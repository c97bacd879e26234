/*
 * tracer.c - a child that traces other processes for us
 *
 * When a tracer ends, the kernel lets go whatever it traces, also a thread that was asked to
 * stop and did not yet. A process of its own does not take the exit status of our children,
 * and may be ended by any of our threads. The child has our memory, as after vfork(2): then it
 * neither copies nor attaches anything. It has the thread-local variables of the thread that
 * started it as well, so only one of the two uses the C library at a time.
 */

#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "bytes/file.h"
#include "holders/tracer.h"

/* STACK: bytes, of which only those that are used get memory. */
enum { STACK = 1048576 };

/* The ends of two pipes: one tells us that the work is done, one holds the child. */
enum { DONE, DONE_CHILD, LEASH_CHILD, LEASH, ENDS };

struct shmbox_stopped {
	pid_t pid;
	pid_t parent;
	int ends[ENDS];
	int lock;
	char *stack;
	int (*work)(void *data);
	void *data;
	int result;
};

/* Until the other end of the leash is closed, or our parent has left it to its children. */
__attribute__((no_sanitize_address)) static void stay(const struct shmbox_stopped *tracer)
{
	struct pollfd leash = { .fd = tracer->ends[LEASH_CHILD] };

	while (!leash.revents && syscall(SYS_getppid) == tracer->parent) {
		/* as the kernel has it; no call that fails, or sets errno, is made here */
		long second[2] = { 1, 0 };

		syscall(SYS_ppoll, &leash, 1, second, NULL, 0);
	}
}

/* Two of them. Their numbers stay as they are: the child reads them from the same memory. */
static void close_ends(const struct shmbox_stopped *tracer, int one, int other)
{
	if (tracer->ends[one] >= 0)
		close(tracer->ends[one]);
	if (tracer->ends[other] >= 0)
		close(tracer->ends[other]);
}

/* It never returns: the address sanitizer would think that what it has on its stack stays there. */
__attribute__((no_sanitize_address)) static int child(void *data)
{
	struct shmbox_stopped *tracer = data;
	bool told;

	close_ends(tracer, DONE, LEASH);
	tracer->result = tracer->work(tracer->data);
	told = syscall(SYS_write, tracer->ends[DONE_CHILD], "", 1) == 1;
	/* what failed is let go at once: our parent may have been stopped, or wait for our end */
	if (told && tracer->result == 0)
		stay(tracer);
	syscall(SYS_exit, 0);
	return 0;
}

static void close_lock(int lock)
{
	if (lock >= 0)
		close(lock);
}

static bool open_ends(struct shmbox_stopped *tracer)
{
	if (pipe2(tracer->ends, O_CLOEXEC) < 0 ||
	    pipe2(tracer->ends + LEASH_CHILD, O_CLOEXEC) < 0)
		return false;
	for (int i = 0; i < ENDS; i++) {
		tracer->ends[i] = above_streams(tracer->ends[i]);
		if (tracer->ends[i] < 0)
			return false;
	}
	return true;
}

static int begin(struct shmbox_stopped *tracer)
{
	tracer->stack = mmap(NULL, STACK, PROT_READ | PROT_WRITE,
	                     MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
	if (tracer->stack == MAP_FAILED || !open_ends(tracer))
		return -ENOMEM;
	/* without a signal at its end: wait(2) does not see it either (clone(2)) */
	tracer->pid = clone(child, tracer->stack + STACK, CLONE_VM, tracer);
	return tracer->pid < 0 ? -ENOMEM : 0;
}

/* 0 once its work is done. */
static int await_work(struct shmbox_stopped *tracer)
{
	ssize_t got;
	char byte;

	do
		got = read(tracer->ends[DONE], &byte, 1);
	while (got < 0 && errno == EINTR);
	return got == 1 ? 0 : -EIO;
}

int start_tracer(int (*work)(void *data), void *data, int lock, int *result,
                 struct shmbox_stopped **out)
{
	struct shmbox_stopped *tracer = malloc(sizeof(*tracer));
	sigset_t all;
	sigset_t before;
	int rc;

	if (!tracer) {
		close_lock(lock);
		return -ENOMEM;
	}
	*tracer = (struct shmbox_stopped){
		.pid = -1,
		.parent = getpid(),
		.ends = { -1, -1, -1, -1 },
		.lock = lock,
		.work = work,
		.data = data,
	};
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	rc = begin(tracer);
	close_ends(tracer, DONE_CHILD, LEASH_CHILD);
	if (rc == 0)
		rc = await_work(tracer);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	*result = tracer->result;
	*out = tracer;
	if (rc < 0)
		end_tracer(tracer);
	return rc;
}

void end_tracer(struct shmbox_stopped *tracer)
{
	/* without its leash the child ends by itself, should a filter refuse kill(2) */
	close_ends(tracer, DONE, LEASH);
	if (tracer->pid >= 0) {
		kill(tracer->pid, SIGKILL);
		while (waitpid(tracer->pid, NULL, __WALL) < 0 && errno == EINTR)
			;
	}
	close_lock(tracer->lock);
	if (tracer->stack != MAP_FAILED)
		munmap(tracer->stack, STACK);
	free(tracer);
}
