/* SPDX-License-Identifier: MIT */
/* sweep-run.c - one run of the program under ptrace(2), with one system call that goes wrong */

#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sweep-run.h"

enum { PIECE = 65536, MUCH = 67108864 };

unsigned patience = 180;

/* The clock goes on ringing, so that no wait for a process can miss it. */
static volatile sig_atomic_t seconds;

static void tick(int number)
{
	(void)number;
	seconds++;
}

static void wake_up(int number)
{
	(void)number;
}

static void start_clock(void)
{
	const struct sigaction action = { .sa_handler = tick };
	const struct sigaction news = { .sa_handler = wake_up };
	const struct itimerval every = { { 1, 0 }, { 1, 0 } };
	sigset_t children;

	seconds = 0;
	sigaction(SIGALRM, &action, NULL);
	sigaction(SIGCHLD, &news, NULL);
	sigemptyset(&children);
	sigaddset(&children, SIGCHLD);
	sigprocmask(SIG_BLOCK, &children, NULL); /* but while ppoll(2) waits */
	setitimer(ITIMER_REAL, &every, NULL);
}

bool is_late(void)
{
	return (unsigned)seconds > patience;
}

/* ---- output ---- */

/* What is in the pipe by now. */
static void drain(const struct world *world, struct outcome *outcome)
{
	ssize_t got;

	if (world->out_reader < 0)
		return;
	do {
		outcome->out = realloc(outcome->out, outcome->out_length + PIECE);
		if (!outcome->out)
			broken("realloc");
		got = read(world->out_reader, outcome->out + outcome->out_length, PIECE);
		if (got > 0)
			outcome->out_length += (size_t)got;
	} while (got > 0 && outcome->out_length < MUCH);
}

static char *contents(int fd, size_t *length)
{
	off_t end = lseek(fd, 0, SEEK_END);
	char *bytes = malloc((size_t)end + 1);

	if (!bytes || pread(fd, bytes, (size_t)end, 0) != end)
		broken("contents");
	bytes[end] = '\0';
	*length = (size_t)end;
	return bytes;
}

/* ---- a run ---- */

static pid_t start(const struct world *world)
{
	const long options = PTRACE_O_EXITKILL | PTRACE_O_TRACESYSGOOD |
	                     PTRACE_O_TRACEEXEC | PTRACE_O_TRACEFORK |
	                     PTRACE_O_TRACEVFORK | PTRACE_O_TRACECLONE;
	sigset_t none;
	int gate[2];
	char byte = 0;
	pid_t pid;

	if (pipe(gate) < 0)
		broken("pipe");
	pid = fork();
	if (pid == 0) {
		close(gate[1]);
		if (read(gate[0], &byte, 1) != 1)
			_exit(97);
		close(gate[0]);
		sigemptyset(&none);
		sigprocmask(SIG_SETMASK, &none, NULL);
		become_program(world);
	}
	if (pid < 0 || ptrace(PTRACE_SEIZE, pid, NULL, options) < 0 ||
	    write(gate[1], &byte, 1) != 1)
		broken("start");
	close(gate[0]);
	close(gate[1]);
	return pid;
}

static bool has_live(const struct tracing *tracing)
{
	for (int i = 0; i < tracing->count; i++) {
		if (!tracing->traced[i].gone &&
		    !(tracing->ended && tracing->traced[i].sleeps))
			return true;
	}
	return false;
}

/* The next process that stops or ends; 0: none does, and time is over. */
static pid_t next_change(struct tracing *tracing, int *status)
{
	struct pollfd output = { .fd = tracing->world->out_reader, .events = POLLIN };
	sigset_t none;

	sigemptyset(&none);
	while (!is_late()) {
		bool piped = output.fd >= 0;
		pid_t pid = waitpid(-1, status, __WALL | (piped ? WNOHANG : 0));

		drain(tracing->world, tracing->outcome);
		if (pid > 0)
			return pid;
		if (piped)
			ppoll(&output, 1, NULL, &none);
	}
	return 0;
}

/* Nothing is to be waited for any longer. */
static void end_late(struct tracing *tracing)
{
	tracing->outcome->late = true;
	for (int i = 0; i < tracing->count; i++) {
		if (!tracing->traced[i].gone ||
		    tracing->traced[i].pid == tracing->program)
			kill(tracing->traced[i].pid, SIGKILL);
	}
	if (!tracing->ended)
		waitpid(tracing->program, &tracing->outcome->status, __WALL);
}

/* What holds in the background goes on, and is not seen any more. */
static void let_go(struct tracing *tracing)
{
	for (int i = 0; i < tracing->count; i++) {
		struct traced *traced = &tracing->traced[i];
		int status;

		if (traced->gone || ptrace(PTRACE_INTERRUPT, traced->pid, NULL, NULL) < 0)
			continue;
		if (waitpid(traced->pid, &status, __WALL) > 0 && WIFSTOPPED(status))
			ptrace(PTRACE_DETACH, traced->pid, NULL, NULL);
	}
}

/* Until the program has ended, and those that it has left have settled. */
static void follow(struct tracing *tracing)
{
	int status;

	while (!tracing->ended || has_live(tracing)) {
		pid_t pid = next_change(tracing, &status);

		if (pid == 0) {
			end_late(tracing);
			return;
		}
		if (WIFSTOPPED(status)) {
			handle_stop(tracing, pid, status);
			continue;
		}
		for (int i = 0; i < tracing->count; i++)
			tracing->traced[i].gone |= tracing->traced[i].pid == pid;
		if (pid == tracing->program) {
			tracing->ended = true;
			tracing->outcome->status = status;
		}
	}
	let_go(tracing);
}

void run(struct world *world, const struct harm *harm, struct calls *calls,
         struct outcome *outcome)
{
	struct tracing tracing = {
		.world = world,
		.harm = harm,
		.calls = calls,
		.outcome = outcome,
	};

	*outcome = (struct outcome){ 0 };
	start_clock();
	world_make(world);
	tracing.program = start(world);
	find_traced(&tracing, tracing.program);
	follow(&tracing);
	look_around(world, outcome);
	if (world->out_reader < 0) {
		outcome->out = contents(world->out, &outcome->out_length);
		close(world->out);
	} else {
		close(world->out);
		drain(world, outcome);
	}
	{
		size_t length;

		outcome->err = contents(world->err, &length);
	}
	world_end(world);
}

void outcome_free(struct outcome *outcome)
{
	free(outcome->out);
	free(outcome->err);
}
