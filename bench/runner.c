/* SPDX-License-Identifier: MIT */
/*
 * runner.c - two commands by turns, each timed from vfork(2) until it was waited for
 * usage: runner [--printed] FILE ROUNDS MILLISECONDS EACH OURS PEER LAST
 *        runner --memory FILE COMMAND
 *        runner --segments COUNT
 *
 * A round runs OURS and PEER once, in random order, each after an untimed EACH. There
 * are at most ROUNDS of them, as many as fit into MILLISECONDS, and three at least. Their
 * nanoseconds go to FILE; with --printed, the number that the command prints is taken
 * instead of its time. In the end LAST is run after one more EACH, untimed: OURS again,
 * for a check of what it leaves.
 *
 * A command with a shell's signs in it is run by bash; any other is split at blanks and
 * executed itself, since a shell would cost more than what is measured. In such a one, a
 * word @FILE stands for the words of FILE. Commands write to /dev/null.
 *
 * --memory runs one command, which writes where we do, and puts its largest resident size
 * into FILE, in KiB. It is asked of /proc when the command ends: what wait4(2) tells is
 * counted for each processor and wrong by hundreds of KiB.
 */

#include <err.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/random.h>
#include <sys/shm.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { LEAST_ROUNDS = 3, MAX_WORDS = 16384, SEGMENT_SIZE = 4096 };

/* A command as execvp(3) wants it. */
struct words {
	const char *word[MAX_WORDS + 1];
	int count;
	char *text; /* what the words point into */
	char *file; /* likewise, if there was an @FILE */
};

/* What to measure, and how often. */
struct plan {
	long rounds;
	int64_t limit; /* nanoseconds */
	const char *each;
	const char *ours;
	const char *peer;
	const char *last;
	bool printed;
};

static int64_t now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

static char *contents(const char *path)
{
	char *text = NULL;
	size_t size = 0;
	FILE *file = fopen(path, "re");

	if (!file || getdelim(&text, &size, '\0', file) < 0)
		err(1, "%s", path);
	fclose(file);
	return text;
}

static void split(struct words *words, char *text)
{
	char *rest = NULL;

	for (char *word = strtok_r(text, " \n", &rest); word;
	     word = strtok_r(NULL, " \n", &rest)) {
		if (*word == '@' && !words->file)
			split(words, words->file = contents(word + 1));
		else if (words->count < MAX_WORDS)
			words->word[words->count++] = word;
		else
			errx(1, "more than %d words", MAX_WORDS);
	}
}

static void parse(struct words *words, const char *command)
{
	words->count = 0;
	words->file = NULL;
	words->text = strdup(command);
	if (!words->text)
		err(1, "%s", command);
	if (!strpbrk(command, "|&;<>()$`\\\"'*?")) {
		split(words, words->text);
		if (words->count == 0)
			errx(1, "a command is empty");
		words->word[words->count] = NULL;
		return;
	}
	/* no plain sh: in `a | b` it would not notice that a fails */
	words->word[0] = "bash";
	words->word[1] = "-o";
	words->word[2] = "pipefail";
	words->word[3] = "-c";
	words->word[4] = words->text;
	words->word[5] = NULL;
}

static void succeeded(const char *command, int status)
{
	if (status)
		errx(1, "%s: %s %d", command, WIFEXITED(status) ? "status" : "signal",
		     WIFEXITED(status) ? WEXITSTATUS(status) : WTERMSIG(status));
}

/* Returns the nanoseconds it took. A command that fails ends the program. */
static int64_t run(const char *command)
{
	struct words words;
	int status = 0;

	parse(&words, command);

	int64_t start = now();
	pid_t pid = vfork(); /* NOLINT: a fork's page tables would be measured too */

	if (pid == 0) {
		/* an interrupted run leaves no command behind */
		prctl(PR_SET_PDEATHSIG, SIGKILL); /* NOLINT: no memory is touched */
		execvp(words.word[0], (char **)words.word);
		_exit(127);
	}
	if (pid < 0 || waitpid(pid, &status, 0) < 0)
		err(1, "%s", command);

	int64_t took = now() - start;

	succeeded(command, status);
	free(words.text);
	free(words.file);
	return took;
}

/* The number a command prints, which it wrote into a file where our output was. */
static int64_t printed(const char *command)
{
	char text[32] = "";
	int null = dup(STDOUT_FILENO);
	int file = memfd_create("printed", MFD_CLOEXEC);

	if (null < 0 || file < 0 || dup2(file, STDOUT_FILENO) < 0)
		err(1, "output of %s", command);
	run(command);
	if (pread(file, text, sizeof(text) - 1, 0) <= 0 || dup2(null, STDOUT_FILENO) < 0)
		err(1, "output of %s", command);
	close(null);
	close(file);

	double number = strtod(text, NULL);

	if (number <= 0)
		errx(1, "%s: no number printed: %s", command, text);
	return (int64_t)(number + 0.5);
}

static int64_t sample(const struct plan *plan, const char *command)
{
	if (*plan->each)
		run(plan->each);
	return plan->printed ? printed(command) : run(command);
}

static bool coin(void)
{
	unsigned char byte = 0;

	if (getrandom(&byte, sizeof(byte), 0) < 0)
		err(1, "getrandom");
	return byte & 1;
}

static void measure(FILE *out, const struct plan *plan)
{
	int64_t start = now();

	fprintf(out, "round\tours\tpeer\tfirst\t# %s\t# %s\n", plan->ours, plan->peer);
	for (long round = 1; round <= plan->rounds; round++) {
		bool peer_first = coin();
		int64_t took = sample(plan, peer_first ? plan->peer : plan->ours);
		int64_t next = sample(plan, peer_first ? plan->ours : plan->peer);

		fprintf(out, "%ld\t%" PRId64 "\t%" PRId64 "\t%s\n", round,
		        peer_first ? next : took, peer_first ? took : next,
		        peer_first ? "peer" : "ours");

		int64_t spent = now() - start;

		/* the next one would end too late */
		if (round >= LEAST_ROUNDS && spent + spent / round > plan->limit)
			break;
	}
	sample(plan, plan->last);
}

/* Thousands of segments at once, a page in each, which no command line makes quickly. */
static int make_segments(long count)
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

/* Follows a command that has been stopped by execve(2). Returns KiB. */
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

static int memory(const char *path, const char *command)
{
	struct words words;
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
	free(words.text);
	free(words.file);
	return fclose(out) ? 1 : 0;
}

int main(int argc, char **argv)
{
	bool by_print = argc > 1 && strcmp(argv[1], "--printed") == 0;

	prctl(PR_SET_PDEATHSIG, SIGTERM);
	if (argc == 3 && strcmp(argv[1], "--segments") == 0)
		return make_segments(strtol(argv[2], NULL, 10));
	if (argc == 4 && strcmp(argv[1], "--memory") == 0)
		return memory(argv[2], argv[3]);
	argc -= by_print;
	argv += by_print;
	if (argc != 8)
		errx(2, "usage: runner [--printed] FILE ROUNDS MILLISECONDS EACH OURS "
		        "PEER LAST");

	struct plan plan = { .rounds = strtol(argv[2], NULL, 10),
		             .limit = strtol(argv[3], NULL, 10) * 1000000,
		             .each = argv[4],
		             .ours = argv[5],
		             .peer = argv[6],
		             .last = argv[7],
		             .printed = by_print };
	FILE *out = fopen(argv[1], "we");
	int null = open("/dev/null", O_WRONLY | O_CLOEXEC);

	if (!out || null < 0 || dup2(null, STDOUT_FILENO) < 0)
		err(1, "%s", argv[1]);
	measure(out, &plan);
	return fclose(out) ? 1 : 0;
}
