/* SPDX-License-Identifier: MIT */
/*
 * sweep.c - every system call of the program fails once
 *
 * usage: sweep PROGRAM CASES DIRECTORY [JOBS [SAMPLE SEED]]
 *        sweep PROGRAM CASES DIRECTORY NAME CALL ERROR
 *        sweep PROGRAM CASES DIRECTORY NAME calls
 *        sweep command STATUS
 *
 * A case is a line of sweep.cases: a command line, what there is before it, and what is asked
 * of it. It is run unharmed first, to see which system calls it makes and what it does. Then
 * it is run once for each of these calls and each way in which that call can fail
 * (sweep-calls.c). With SAMPLE only so many of these runs are made, chosen by SEED.
 *
 * Whatever fails, a run ends by itself and not by a signal, with a status that it may have and
 * a message, and leaves no process, no stopped process, and only the segments that its status
 * promises. With the status of the unharmed run it has done and printed the same.
 *
 * CALL is a number, or 1.7 for the 7th call of the first child. "command" is what stands for
 * the COMMAND of shmattach: it looks at what it has inherited.
 */

#include <ctype.h>
#include <dirent.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sweep-calls.h"

_Noreturn void broken(const char *what)
{
	err(USAGE, "sweep is broken: %s", what);
}

/* ---- the COMMAND ---- */

static int be_the_command(int status)
{
	DIR *directory = opendir("/proc/self/fd");
	struct dirent *entry;

	while (directory && (entry = readdir(directory))) {
		char path[64];
		char target[256];
		int fd = atoi(entry->d_name);
		ssize_t length;

		snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
		length = readlink(path, target, sizeof(target) - 1);
		if (fd > 2 && fd != dirfd(directory))
			printf("inherited %d: %.*s\n", fd, (int)length, target);
	}
	if (directory)
		closedir(directory);
	printf("command ran: %s %s\n", getenv("SHM_ID"), getenv("SHM_SIZE"));
	return fflush(stdout) == 0 ? status : 1;
}

/* ---- who runs which ---- */

/* Of all harms, in their order: every one of a worker's, or those that a draw picks. */
struct choice {
	int worker;
	int workers;
	int next;
	uint64_t seed; /* 0: all */
	uint64_t sample;
	uint64_t all;
};

static uint64_t draw(uint64_t *seed)
{
	uint64_t x = *seed += 0x9e3779b97f4a7c15;

	x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9;
	x = (x ^ x >> 27) * 0x94d049bb133111eb;
	return x ^ x >> 31;
}

static bool choose(void *data)
{
	struct choice *choice = data;
	bool drawn = !choice->seed || draw(&choice->seed) % choice->all < choice->sample;

	return drawn && choice->next++ % choice->workers == choice->worker;
}

static bool count_only(void *data)
{
	(*(uint64_t *)data)++;
	return false;
}

static void work(struct sweep *sweep, struct choice *choice)
{
	struct basis *bases = calloc((size_t)sweep->count, sizeof(*bases));

	if (!bases)
		broken("calloc");
	for (int i = 0; i < sweep->count; i++) {
		make_basis(sweep, &sweep->tests[i], &bases[i]);
		sweep_test(sweep, &bases[i], count_only, &choice->all);
	}
	for (int i = 0; i < sweep->count; i++) {
		sweep_test(sweep, &bases[i], choose, choice);
		free_basis(&bases[i]);
	}
	free(bases);
}

/* "12" or "1.12", and "EIO". */
static void again(struct sweep *sweep, char **words)
{
	const struct test *test = find_test(sweep, words[0]);
	const char *point = words[1] ? strchr(words[1], '.') : NULL;
	int process = point ? atoi(words[1]) : 0;
	int nth = point ? atoi(point + 1) : words[1] ? atoi(words[1]) : 0;
	struct basis basis;
	struct outcome outcome;
	char verdict[TEXT] = "right";
	struct world world = {
		.test = test,
		.program = sweep->program,
		.self = sweep->self,
		.directory = sweep->directory,
	};

	make_basis(sweep, test, &basis);
	for (int i = 0; i < basis.calls.count; i++) {
		struct call *call = &basis.calls.list[i];
		struct harm harm = { call,
			             words[1] && words[2] ? error_number(words[2]) : 0 };

		print_call(call);
		if (call->process != process || call->nth != nth || !harm.error)
			continue;
		run(&world, &harm, NULL, &outcome);
		is_right(&basis, &harm, &outcome, verdict);
		printf("HERE: %s: %s%s\nstatus %d%s, printed %zu bytes: %.*s\nstandard "
		       "error: "
		       "%s\n%s",
		       words[2], verdict,
		       outcome.harmed ? "" : ", but the call was not made",
		       WEXITSTATUS(outcome.status),
		       WIFSIGNALED(outcome.status) ? " (a signal)" : "",
		       outcome.out_length, SHOWN, outcome.out, outcome.err,
		       outcome.state);
		outcome_free(&outcome);
	}
	printf("unharmed: status %d, printed %zu bytes: %.*s\nstandard error: %s\n%s",
	       WEXITSTATUS(basis.outcome.status), basis.outcome.out_length, SHOWN,
	       basis.outcome.out, basis.outcome.err, basis.outcome.state);
	free_basis(&basis);
}

/* Process 1 of namespaces of its own: whatever is left of a run becomes its child. */
static pid_t apart(struct sweep *sweep, struct choice *choice, char **words)
{
	char directory[512];
	pid_t pid = fork();
	int status = 0;

	if (pid != 0)
		return pid;
	if (unshare(CLONE_NEWPID | CLONE_NEWNS | CLONE_NEWIPC) < 0)
		broken("unshare");
	pid = fork();
	if (pid != 0) {
		waitpid(pid, &status, 0);
		_exit(WIFEXITED(status) ? WEXITSTATUS(status) : USAGE);
	}
	if (mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0 ||
	    mount("proc", "/proc", "proc", 0, NULL) < 0)
		broken("mount");
	snprintf(directory, sizeof(directory), "%s/%d", sweep->directory, choice->worker);
	if (mkdir(directory, 0755) < 0 && errno != EEXIST)
		broken(directory);
	sweep->directory = directory;
	if (words)
		again(sweep, words);
	else
		work(sweep, choice);
	fflush(stdout);
	_exit(0);
}

/*
 * Makes the command line of this process one word, as its segments show it: an unknown value in
 * its place is one word as well.
 */
static void forget_arguments(int argc, char **argv)
{
	for (int i = 1; i < argc; i++) {
		char *copy = strdup(argv[i]);

		if (!copy)
			err(USAGE, "strdup");
		memset(argv[i], 0, strlen(argv[i]));
		argv[i] = copy;
	}
}

int main(int argc, char **argv)
{
	static struct sweep sweep;
	struct choice choice = { .workers = 1 };
	char self[512] = "";
	int status;
	int failed = 0;

	if (argc == 3 && strcmp(argv[1], "command") == 0)
		return be_the_command(atoi(argv[2]));
	if (argc < 4 || readlink("/proc/self/exe", self, sizeof(self) - 1) < 0)
		errx(USAGE, "usage: sweep PROGRAM CASES DIRECTORY [JOBS [SAMPLE SEED]]");
	forget_arguments(argc, argv);
	if (getenv("SHMBOX_SWEEP_PATIENCE"))
		patience = (unsigned)atoi(getenv("SHMBOX_SWEEP_PATIENCE"));
	sweep.program = realpath(argv[1], NULL);
	if (!sweep.program)
		err(USAGE, "%s", argv[1]);
	sweep.self = self;
	sweep.directory = argv[3];
	sweep.sums = mmap(NULL, sizeof(*sweep.sums), PROT_READ | PROT_WRITE,
	                  MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	read_tests(&sweep, argv[2]);
	/* what is open here is nothing that a COMMAND could inherit from the program */
	for (int fd = 3; fd < 1024; fd++)
		fcntl(fd, F_SETFD, FD_CLOEXEC);
	setvbuf(stdout, NULL, _IOFBF, 65536);
	if (argc > 4 && !isdigit((unsigned char)*argv[4])) {
		apart(&sweep, &choice, argv + 4);
	} else {
		choice.workers = argc > 4 ? atoi(argv[4]) : 1;
		choice.sample = argc > 5 ? strtoull(argv[5], NULL, 10) : 0;
		choice.seed = argc > 6 ? strtoull(argv[6], NULL, 10) : 0;
		for (; choice.worker < choice.workers; choice.worker++)
			apart(&sweep, &choice, NULL);
	}
	while (wait(&status) > 0)
		failed |= status;
	printf("%d runs, %d wrong, %d did not make the call\n", sweep.sums->runs,
	       sweep.sums->faults, sweep.sums->missed);
	return failed ? USAGE : sweep.sums->faults > 0;
}
