/* SPDX-License-Identifier: MIT */
/*
 * tracer.c - a child that traces other processes for us
 *
 * When a tracer exits, the kernel releases all threads that it traces, even threads that
 * have not stopped yet. A child of its own leaves the exit statuses of our children
 * alone, and any of our threads may end it. It shares our memory (CLONE_VM), so that it
 * neither copies memory nor adds attaches. It also shares the thread-local variables of
 * the thread that started it: only one of the two may use the C library at a time.
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

enum { STACK = 1048576 }; /* bytes; only touched pages get memory */

/* Two pipes: DONE reports that the work is done, closing RELEASE ends the child. */
enum { DONE, DONE_CHILD, RELEASE_CHILD, RELEASE, ENDS };

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

/* Waits until the other end of the pipe is closed, or the parent has exited. */
__attribute__((no_sanitize_address)) static void
await_release(const struct shmbox_stopped *tracer)
{
	struct pollfd release = { .fd = tracer->ends[RELEASE_CHILD] };

	while (!release.revents && syscall(SYS_getppid) == tracer->parent) {
		/* the kernel's struct timespec; a call that fails would change errno */
		long second[2] = { 1, 0 };

		syscall(SYS_ppoll, &release, 1, second, NULL, 0);
	}
}

/* The array is not changed: parent and child share it, and each closes its own ends. */
static void close_ends(const struct shmbox_stopped *tracer, int one, int other)
{
	if (tracer->ends[one] >= 0)
		close(tracer->ends[one]);
	if (tracer->ends[other] >= 0)
		close(tracer->ends[other]);
}

/* Never returns: the address sanitizer would leave its part of the stack poisoned. */
__attribute__((no_sanitize_address)) static int child(void *data)
{
	struct shmbox_stopped *tracer = data;
	bool reported;

	close_ends(tracer, DONE, RELEASE);
	tracer->result = tracer->work(tracer->data);
	reported = syscall(SYS_write, tracer->ends[DONE_CHILD], "", 1) == 1;
	/* exit at once after a failure: our parent may be stopped, or wait for us */
	if (reported && tracer->result == 0)
		await_release(tracer);
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
	    pipe2(tracer->ends + RELEASE_CHILD, O_CLOEXEC) < 0)
		return false;
	for (int i = 0; i < ENDS; i++) {
		tracer->ends[i] = above_streams(tracer->ends[i]);
		if (tracer->ends[i] < 0)
			return false;
	}
	return true;
}

static int start_child(struct shmbox_stopped *tracer)
{
	tracer->stack = mmap(NULL, STACK, PROT_READ | PROT_WRITE,
	                     MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
	if (tracer->stack == MAP_FAILED || !open_ends(tracer))
		return -ENOMEM;
	/* without an exit signal: wait(2) without __WALL ignores the child (clone(2)) */
	tracer->pid = clone(child, tracer->stack + STACK, CLONE_VM, tracer);
	return tracer->pid < 0 ? -ENOMEM : 0;
}

/* Returns 0 once the work is done, or -EIO if the child has been killed. */
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
	rc = start_child(tracer);
	close_ends(tracer, DONE_CHILD, RELEASE_CHILD);
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
	/* closing RELEASE ends the child even if a filter refuses kill(2) */
	close_ends(tracer, DONE, RELEASE);
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
