/* SPDX-License-Identifier: MIT */
/* sweep-trace.c - counts the system calls of the program, and makes one of them go wrong */

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>

#include "sweep-calls.h"
#include "sweep-run.h"

enum { VECTORS = 64, MANY = 500 };

struct traced *find_traced(struct tracing *tracing, pid_t pid)
{
	for (int i = 0; i < tracing->count; i++) {
		if (tracing->traced[i].pid == pid)
			return &tracing->traced[i];
	}
	if (tracing->count == TRACED)
		broken("too many processes");
	tracing->traced[tracing->count] =
		(struct traced){ .pid = pid, .process = tracing->processes++ };
	return &tracing->traced[tracing->count++];
}

static struct call call_of(const struct traced *traced,
                           const struct user_regs_struct *regs)
{
	return (struct call){
		.process = traced->process,
		.nth = traced->entries,
		.number = (long)regs->orig_rax,
		.arguments = { regs->rdi, regs->rsi, regs->rdx, regs->r10, regs->r8,
		               regs->r9 },
	};
}

/* Whether a path is of the kernel's own, and no way to other files. */
static bool is_kernels(pid_t pid, uint64_t at)
{
	char path[64] = "";
	struct iovec here = { path, sizeof(path) - 1 };
	struct iovec there = { (void *)(uintptr_t)at, sizeof(path) - 1 };

	/* less than that may be mapped */
	while (there.iov_len > 0 && process_vm_readv(pid, &here, 1, &there, 1, 0) < 0)
		there.iov_len--;
	return (strncmp(path, "/proc/", 6) == 0 && !strstr(path, "/map_files") &&
	        !strstr(path, "/fd/")) ||
	       strncmp(path, "/sys/", 5) == 0;
}

/* Whether a descriptor is that of such a file. */
static bool has_kernels(const struct calls *calls, const struct call *call)
{
	for (int i = calls->count - 1; i >= 0; i--) {
		if (calls->list[i].process == call->process &&
		    calls->list[i].number == SYS_open &&
		    calls->list[i].result == (long)call->arguments[0])
			return calls->list[i].kernels;
	}
	return false;
}

static void note_call(struct calls *calls, struct call call)
{
	if (calls->count % 64 == 0) {
		calls->list = realloc(calls->list,
		                      (size_t)(calls->count + 64) * sizeof(*calls->list));
		if (!calls->list)
			broken("realloc");
	}
	calls->list[calls->count++] = call;
}

static void note_result(struct calls *calls, const struct traced *traced, long result)
{
	for (int i = calls->count - 1; i >= 0; i--) {
		if (calls->list[i].process == traced->process) {
			calls->list[i].result = result;
			return;
		}
	}
}

static unsigned long long *argument(struct user_regs_struct *regs, int nth)
{
	unsigned long long *const all[] = { &regs->rdi, &regs->rsi, &regs->rdx,
		                            &regs->r10, &regs->r8,  &regs->r9 };

	return all[nth];
}

/* So that an array of pieces of memory has that many bytes, and no more. */
static void shorten_vector(struct tracing *tracing, pid_t pid,
                           struct user_regs_struct *regs, size_t length)
{
	int nth = vector_argument((long)regs->orig_rax);
	struct iovec vectors[VECTORS];
	uint64_t at = *argument(regs, nth);
	size_t count = *argument(regs, nth + 1);
	struct iovec here = { vectors, count * sizeof(*vectors) };
	struct iovec there = { (void *)(uintptr_t)at, count * sizeof(*vectors) };
	size_t last = 0;

	if (count > VECTORS || process_vm_readv(pid, &here, 1, &there, 1, 0) < 0)
		broken("process_vm_readv");
	for (; last + 1 < count && vectors[last].iov_len < length; last++)
		length -= vectors[last].iov_len;
	*argument(regs, nth + 1) = last + 1;
	tracing->put_back_at = (uint64_t *)(uintptr_t)(at + last * sizeof(*vectors) +
	                                               offsetof(struct iovec, iov_len));
	tracing->put_back = (long)vectors[last].iov_len;
	ptrace(PTRACE_POKEDATA, pid, tracing->put_back_at, length);
}

/* Before the call: it gets a number that none has, or fewer bytes to move. */
static void harm_entry(struct tracing *tracing, struct traced *traced,
                       struct user_regs_struct *regs)
{
	size_t half = (size_t)tracing->harm->call->result / 2;

	traced->harmed = true;
	tracing->outcome->harmed = true;
	if (tracing->harm->error != HALF) {
		/* a descriptor is closed, whatever close(2) says */
		if (regs->orig_rax != SYS_close)
			regs->orig_rax = (unsigned long long)-1;
	} else if (length_argument((long)regs->orig_rax) >= 0) {
		*argument(regs, length_argument((long)regs->orig_rax)) = half;
	} else {
		shorten_vector(tracing, traced->pid, regs, half);
	}
	ptrace(PTRACE_SETREGS, traced->pid, NULL, regs);
}

static void harm_exit(struct tracing *tracing, struct traced *traced,
                      struct user_regs_struct *regs)
{
	traced->harmed = false;
	if (tracing->harm->error != HALF) {
		regs->rax = (unsigned long long)-tracing->harm->error;
		ptrace(PTRACE_SETREGS, traced->pid, NULL, regs);
	} else if (tracing->put_back_at) {
		ptrace(PTRACE_POKEDATA, traced->pid, tracing->put_back_at,
		       tracing->put_back);
	}
}

static bool is_target(const struct tracing *tracing, const struct traced *traced)
{
	const struct call *call = tracing->harm->call;

	return call && !tracing->outcome->harmed && call->process == traced->process &&
	       call->nth == traced->entries;
}

static bool has_events(const struct tracing *tracing)
{
	return tracing->world->events_done < tracing->world->event_count;
}

static void entry(struct tracing *tracing, struct traced *traced)
{
	struct user_regs_struct regs;
	struct call call;

	traced->entries++;
	if (!tracing->calls && traced->process == 0 && !has_events(tracing) &&
	    !is_target(tracing, traced))
		return;
	ptrace(PTRACE_GETREGS, traced->pid, NULL, &regs);
	call = call_of(traced, &regs);
	traced->sleeps = sleeps(&call);
	if (tracing->calls) {
		call.kernels = call.number == SYS_open
		                       ? is_kernels(traced->pid, call.arguments[0])
		                       : has_kernels(tracing->calls, &call);
		note_call(tracing->calls, call);
	}
	if (has_events(tracing) && traced->process == 0 && sleeps(&call))
		world_event(tracing->world, tracing->program);
	if (is_target(tracing, traced) && tracing->harm->call->number == call.number)
		harm_entry(tracing, traced, &regs);
}

static void leave(struct tracing *tracing, struct traced *traced)
{
	struct user_regs_struct regs;

	traced->sleeps = false;
	if (!tracing->calls && !traced->harmed)
		return;
	ptrace(PTRACE_GETREGS, traced->pid, NULL, &regs);
	if (traced->harmed)
		harm_exit(tracing, traced, &regs);
	if (tracing->calls)
		note_result(tracing->calls, traced, (long)regs.rax);
}

/*
 * Whether nothing is to be seen any more: then it goes on by itself, and faster. What will hold
 * in the background is seen until it waits, unless that takes MANY calls: without
 * close_range(2) it closes each descriptor that there may be.
 */
static bool is_done(const struct tracing *tracing, const struct traced *traced)
{
	return !tracing->calls && tracing->outcome->harmed && !traced->harmed &&
	       !has_events(tracing) &&
	       (traced->entries > MANY ||
	        !has_word(tracing->world->test->judged, "background"));
}

void handle_stop(struct tracing *tracing, pid_t pid, int status)
{
	struct traced *traced = find_traced(tracing, pid);
	int event = status >> 16;
	int number = WSTOPSIG(status);
	unsigned long child = 0;
	bool becomes = event == PTRACE_EVENT_EXEC && traced->process > 0;

	if (event == 0 && number == (SIGTRAP | 0x80)) {
		traced->inside = !traced->inside;
		if (traced->inside)
			entry(tracing, traced);
		else
			leave(tracing, traced);
	} else if (event == PTRACE_EVENT_EXEC) {
		traced->inside = true;
	} else if (event == PTRACE_EVENT_FORK || event == PTRACE_EVENT_VFORK ||
	           event == PTRACE_EVENT_CLONE) {
		/* it is there from now on, even if it has not stopped yet */
		ptrace(PTRACE_GETEVENTMSG, pid, NULL, &child);
		find_traced(tracing, (pid_t)child);
	}
	if (event || number == (SIGTRAP | 0x80))
		number = 0;
	/* what a COMMAND does is its own */
	traced->gone = becomes || is_done(tracing, traced);
	if (traced->gone)
		ptrace(PTRACE_DETACH, pid, NULL, number);
	else
		ptrace(PTRACE_SYSCALL, pid, NULL, number);
}
