/* SPDX-License-Identifier: MIT */
/* hold.c - run a command, or wait, while the segment is held */

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <shmbox/shmbox.h>

#include "diag/diag.h"
#include "work/hold.h"
#include "work/path.h"

enum { CHECK_EVERY = 1000 /* milliseconds, without a pidfd */ };

static bool is_ignored(int number)
{
	struct sigaction action;

	return sigaction(number, NULL, &action) == 0 && action.sa_handler == SIG_IGN;
}

/*
 * For process 1, the kernel drops signals with a default action unless they are blocked.
 */
int signals_block(struct signals *signals, bool for_command)
{
	static const int own[] = { SIGSEGV, SIGBUS,  SIGFPE, SIGILL,
		                   SIGTRAP, SIGABRT, SIGSYS, SIGPIPE };

	signals->ignored_int = is_ignored(SIGINT);
	signals->ignored_chld = is_ignored(SIGCHLD);
	signals->fd = -1;
	if (for_command) {
		sigfillset(&signals->watched);
		for (size_t i = 0; i < sizeof(own) / sizeof(*own); i++)
			sigdelset(&signals->watched, own[i]);
	} else {
		sigemptyset(&signals->watched);
		sigaddset(&signals->watched, SIGINT);
		sigaddset(&signals->watched, SIGTERM);
		sigaddset(&signals->watched, SIGHUP);
	}
	/* if SIGCHLD is ignored, the exit status of a child is lost */
	if (for_command)
		signal(SIGCHLD, SIG_DFL);
	/* nohup(1) ignores SIGHUP on purpose */
	if (is_ignored(SIGHUP))
		sigdelset(&signals->watched, SIGHUP);
	sigprocmask(SIG_BLOCK, &signals->watched, &signals->before);
	if (for_command)
		return STATUS_OK;
	signals->fd = signalfd(-1, &signals->watched, SFD_CLOEXEC);
	return signals->fd < 0 ? failed_io(NULL, -errno) : STATUS_OK;
}

/* Runs a script without #!, as a shell would: musl's execvp(3) refuses it. */
static void exec_script(char **words)
{
	char name[] = "sh";
	char path[PATH_ROOM];
	size_t count = 0;
	char **line;

	if (strchr(words[0], '/'))
		snprintf(path, sizeof(path), "%s", words[0]);
	else if (!search_path(words[0], path))
		return;
	while (words[count])
		count++;
	line = calloc(count + 2, sizeof(*line));
	if (!line)
		return;
	line[0] = name;
	line[1] = path;
	memcpy(line + 2, words + 1, count * sizeof(*line));
	execv("/bin/sh", line);
	free(line);
	errno = ENOEXEC;
}

/*
 * True if COMMAND exists: then ENOENT concerns the interpreter in its first line or ELF
 * header.
 */
static bool exists(const char *word)
{
	char path[PATH_ROOM];

	return strchr(word, '/') ? access(word, F_OK) == 0 : search_path(word, path);
}

static _Noreturn void exec_command(const struct signals *signals, char **words)
{
	int status = STATUS_CANNOT_RUN;

	if (signals->ignored_chld)
		signal(SIGCHLD, SIG_IGN);
	sigprocmask(SIG_SETMASK, &signals->before, NULL);
	execvp(words[0], words);
	if (errno == ENOEXEC)
		exec_script(words);
	if (errno == ENOENT && exists(words[0]))
		fail(status, words[0], "its interpreter is missing");
	else if (errno == ENOENT)
		status = fail(STATUS_NOT_FOUND, words[0], "command not found");
	else
		failed_io(words[0], -errno);
	_exit(status);
}

/*
 * Reaps children. Returns the exit status of the child if it has exited, otherwise -1.
 * options are those of waitpid(2): WNOHANG, or 0 to wait for the exit.
 */
static int reap(pid_t child, int options)
{
	int status = 0;
	pid_t ended;

	while ((ended = waitpid(-1, &status, options)) > 0 ||
	       (ended < 0 && errno == EINTR)) {
		if (ended == child)
			return WIFSIGNALED(status) ? 128 + WTERMSIG(status)
			                           : WEXITSTATUS(status);
	}
	return -1;
}

/*
 * True if a terminal sent the signal to its whole process group: the child has received
 * it too.
 */
static bool is_from_terminal(const siginfo_t *info)
{
	static const int keys[] = {
		SIGINT, SIGQUIT, SIGTSTP, SIGTTIN, SIGTTOU, SIGWINCH
	};

	for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++) {
		if (info->si_signo == keys[i])
			return info->si_code == SI_KERNEL;
	}
	return false;
}

/*
 * Stops this process with the signal itself: only the kernel knows whether the process
 * group is orphaned, and then ignores it.
 */
static void stop_self(int number)
{
	sigset_t one;

	sigemptyset(&one);
	sigaddset(&one, number);
	raise(number);
	sigprocmask(SIG_UNBLOCK, &one, NULL);
	sigprocmask(SIG_BLOCK, &one, NULL);
}

static void forward_signal(const siginfo_t *info, pid_t child)
{
	int number = info->si_signo;

	if (!is_from_terminal(info))
		kill(child, number);
	if (number == SIGTSTP || number == SIGTTIN || number == SIGTTOU)
		stop_self(number);
}

/*
 * Waits for the child and forwards signals. If sigwaitinfo(2) fails, no signals are
 * forwarded.
 */
static int wait_for_child(const struct signals *signals, pid_t child)
{
	int status = -1;

	while (status < 0) {
		siginfo_t info;
		int number = sigwaitinfo(&signals->watched, &info);

		if (number == SIGCHLD)
			status = reap(child, WNOHANG);
		else if (number > 0)
			forward_signal(&info, child);
		else if (errno != EINTR)
			status = reap(child, 0);
	}
	return status;
}

/* Returns the pending signal that would end the program, or 0. */
static int pending_end_signal(void)
{
	static const int ends[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT };
	sigset_t pending;

	sigpending(&pending);
	for (size_t i = 0; i < sizeof(ends) / sizeof(*ends); i++) {
		if (sigismember(&pending, ends[i]) && !is_ignored(ends[i]))
			return ends[i];
	}
	return 0;
}

void cannot_fork(void)
{
	failed_io("cannot create a process", -errno);
	hint("raise ulimit -u for the user, or pids.max for the control group");
}

int command_run(const struct signals *signals, char **words)
{
	/* a signal that arrived before the fork is meant for this process */
	int status = pending_end_signal();
	pid_t child;

	if (status)
		return 128 + status;
	child = fork();
	if (child == 0)
		exec_command(signals, words);
	if (child < 0) {
		cannot_fork();
		return STATUS_BEFORE_COMMAND;
	}
	return wait_for_child(signals, child);
}

/* True if a signal that ends the hold is pending, or arrives within this time. */
static bool is_end_requested(const struct signals *signals, int milliseconds)
{
	const struct timespec limit = {
		.tv_sec = milliseconds / 1000,
		.tv_nsec = milliseconds % 1000 * 1000000L,
	};
	siginfo_t info;

	if (sigtimedwait(&signals->watched, &info, &limit) < 0)
		return errno != EAGAIN && errno != EINTR;
	return !(info.si_signo == SIGINT && info.si_code == SI_KERNEL &&
	         signals->ignored_int);
}

void hold_until(const struct signals *signals, pid_t pid, int watch)
{
	bool check = pid > 0 && watch < 0;
	struct pollfd events[] = {
		{ .fd = signals->fd, .events = POLLIN },
		{ .fd = watch, .events = POLLIN },
	};

	/* as process 1: ignoring SIGCHLD makes the kernel reap orphaned children */
	if (getpid() == 1)
		signal(SIGCHLD, SIG_IGN);
	for (;;) {
		int ready = poll(events, 2, check ? CHECK_EVERY : -1);
		bool failed = ready < 0 && errno != EINTR;

		if (ready > 0 && events[1].revents)
			break;
		if ((ready > 0 || failed) &&
		    is_end_requested(signals, failed ? CHECK_EVERY : 0))
			break;
		if ((check || (failed && pid > 0)) && !shmbox_process_alive(pid))
			break;
	}
}
