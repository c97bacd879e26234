/* SPDX-License-Identifier: MIT */
/* runner_stage.c - what a row requires around its rounds, and what is measured only once */

#include <err.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/shm.h>
#include <sys/wait.h>
#include <unistd.h>

#include "runner.h"

enum { SEGMENT_SIZE = 4096, TRIES = 3, MOST_TRIED = 16 };

/* ---- segments and processes ---- */

/* No command line creates thousands of segments quickly. */
int make_segments(long count)
{
	while (count-- > 0) {
		int id = shmget(IPC_PRIVATE, SEGMENT_SIZE, 0600);
		char *address = id < 0 ? (char *)-1 : shmat(id, NULL, 0);

		if (address == (char *)-1)
			err(1, "segment");
		*address = 1;
		shmdt(address);
		printf("%d\n", id);
	}
	return fclose(stdout) ? 1 : 0;
}

static void start_waiting(void)
{
	pid_t parent = getpid();
	pid_t pid = fork();

	if (pid < 0)
		err(1, "fork");
	if (pid > 0)
		return;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(0);
	close(STDOUT_FILENO);
	for (;;)
		pause();
}

int make_processes(long count, long attached)
{
	for (; count > attached; count--)
		start_waiting();
	/* children inherit attached segments */
	if (attached && shmat(shmget(1, 0, 0), NULL, 0) == (void *)-1)
		err(1, "segment");
	for (; count > 1; count--)
		start_waiting();
	puts("ready");
	fflush(stdout);
	for (;;)
		pause();
}

/* ---- memory ---- */

/*
 * Follows a command that execve(2) has stopped. Returns KiB. /proc has the value when the
 * command ends; wait4(2) reports one that is counted for each processor, and wrong by
 * hundreds of KiB.
 */
static long peak(pid_t pid, const char *command)
{
	char path[64];
	int status = 0;
	int signal = 0;
	long kibibytes = 0;

	snprintf(path, sizeof(path), "/proc/%d/status", pid);
	if (waitpid(pid, &status, 0) < 0 ||
	    ptrace(PTRACE_SETOPTIONS, pid, 0,
	           PTRACE_O_TRACEEXIT | PTRACE_O_TRACEEXEC | PTRACE_O_EXITKILL) < 0)
		err(1, "%s", command);
	while (ptrace(PTRACE_CONT, pid, 0, signal) == 0 &&
	       waitpid(pid, &status, 0) == pid && WIFSTOPPED(status)) {
		int event = status >> 16;

		signal = event ? 0 : WSTOPSIG(status);
		if (event != PTRACE_EVENT_EXIT)
			continue;

		char *text = contents(path);
		const char *line = strstr(text, "VmHWM:");

		kibibytes = line ? strtol(line + strlen("VmHWM:"), NULL, 10) : 0;
		free(text);
	}
	succeeded(command, status);
	return kibibytes;
}

int measure_memory(const char *path, const char *command)
{
	static struct words words;
	FILE *out = fopen(path, "we");

	if (!out)
		err(1, "%s", path);
	parse(&words, command);

	pid_t pid = fork();

	if (pid == 0) {
		ptrace(PTRACE_TRACEME, 0, 0, 0);
		execvp(words.word[0], (char **)words.word);
		_exit(127);
	}
	if (pid < 0)
		err(1, "%s", command);
	fprintf(out, "%ld\n", peak(pid, command));
	parse_end(&words);
	return fclose(out) ? 1 : 0;
}

/* ---- the fastest of several commands ---- */

struct tried {
	const char *command;
	int64_t least; /* nanoseconds; 0: not measured so far, or failed */
};

static int by_time(const void *a, const void *b)
{
	int64_t one = ((const struct tried *)a)->least;
	int64_t other = ((const struct tried *)b)->least;

	return (one > other) - (one < other);
}

/* Returns false if the command failed: a failed command is not tried again. */
static bool try_once(struct tried *tried, const char *each)
{
	int64_t took;

	if (*each)
		run(each);
	if (attempt(tried->command, &took) != 0)
		return false;
	if (!tried->least || took < tried->least)
		tried->least = took;
	return true;
}

int find_fastest(const char *each, char **commands)
{
	struct tried tried[MOST_TRIED];
	size_t count = 0;
	int out = dup(STDOUT_FILENO);
	int null = open("/dev/null", O_WRONLY | O_CLOEXEC);

	if (out < 0 || null < 0 || dup2(null, STDOUT_FILENO) < 0 ||
	    dup2(null, STDERR_FILENO) < 0)
		err(1, "/dev/null");
	for (; count < MOST_TRIED && commands[count]; count++)
		tried[count] = (struct tried){ .command = commands[count] };
	for (int round = 0; round < TRIES; round++) {
		for (size_t i = 0; i < count; i++)
			if (!try_once(&tried[i], each))
				tried[i--] = tried[--count];
	}
	qsort(tried, count, sizeof(*tried), by_time);
	dup2(out, STDOUT_FILENO);
	for (size_t i = 0; i < count; i++)
		printf("%" PRId64 "\t%s\n", tried[i].least, tried[i].command);
	return count ? 0 : 1;
}
