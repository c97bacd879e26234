/* SPDX-License-Identifier: MIT */
/*
 * runner.c - commands by turns, each timed from vfork(2) until it was waited for
 * usage: runner [--printed] FILE ROUNDS MILLISECONDS EACH LAST COMMAND..
 *        runner --fastest EACH COMMAND..
 *        runner --memory FILE COMMAND
 *        runner --processes COUNT ATTACHED
 *        runner --segments COUNT
 *
 * A round runs every COMMAND once, in random order, each after an untimed EACH. There are
 * at most ROUNDS rounds, as many as fit into MILLISECONDS, and at least three, unless
 * ROUNDS is less. The nanoseconds go to FILE, a column for each COMMAND; an empty COMMAND
 * is not run and has the column "-". With --printed, the number that the command prints
 * is taken instead of its time. In the end LAST runs after one more EACH, untimed: the
 * first command again, for a check of what it leaves.
 *
 * Commands write to /dev/null. The other modes are explained in runner.h.
 */

#include <err.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <unistd.h>

#include "runner.h"

enum { LEAST_ROUNDS = 3, MOST_COMMANDS = 4 };

/* What to measure, and how often. */
struct plan {
	long rounds;
	int64_t limit; /* nanoseconds */
	const char *each;
	const char *last;
	char **commands;
	int count;
	bool printed;
};

static int64_t sample(const struct plan *plan, const char *command)
{
	if (*plan->each)
		run(plan->each);
	return plan->printed ? run_printed(command) : run(command);
}

/* Puts the numbers below count into random order. */
static void shuffle(int *order, int count)
{
	unsigned char chance[MOST_COMMANDS];

	if (getrandom(chance, sizeof(chance), 0) < 0)
		err(1, "getrandom");
	for (int i = 0; i < count; i++)
		order[i] = i;
	for (int i = 1; i < count; i++) {
		int other = chance[i] % (i + 1);
		int moved = order[i];

		order[i] = order[other];
		order[other] = moved;
	}
}

static void one_round(FILE *out, const struct plan *plan, long number)
{
	int order[MOST_COMMANDS];
	int64_t took[MOST_COMMANDS] = { 0 };

	shuffle(order, plan->count);
	for (int i = 0; i < plan->count; i++) {
		const char *command = plan->commands[order[i]];

		if (*command)
			took[order[i]] = sample(plan, command);
	}
	fprintf(out, "%ld", number);
	for (int i = 0; i < plan->count; i++) {
		if (*plan->commands[i])
			fprintf(out, "\t%" PRId64, took[i]);
		else
			fputs("\t-", out);
	}
	fputc('\t', out);
	for (int i = 0; i < plan->count; i++)
		fprintf(out, "%d", order[i] + 1);
	fputc('\n', out);
}

static void measure(FILE *out, const struct plan *plan)
{
	int64_t start = now();

	fputs("round", out);
	for (int i = 0; i < plan->count; i++)
		fprintf(out, "\t# %s", plan->commands[i]);
	fputs("\torder\n", out);
	for (long round = 1; round <= plan->rounds; round++) {
		one_round(out, plan, round);

		int64_t spent = now() - start;

		/* the next round would end too late */
		if (round >= LEAST_ROUNDS && spent + spent / round > plan->limit)
			break;
	}
	if (*plan->last)
		sample(plan, plan->last);
}

static int measure_all(char **argv, int count, bool by_print)
{
	struct plan plan = { .rounds = strtol(argv[1], NULL, 10),
		             .limit = strtol(argv[2], NULL, 10) * 1000000,
		             .each = argv[3],
		             .last = argv[4],
		             .commands = argv + 5,
		             .count = count - 5,
		             .printed = by_print };
	FILE *out = fopen(argv[0], "we");
	int null;

	if (!out) {
		warn("%s", argv[0]);
		return 1;
	}
	null = open("/dev/null", O_WRONLY | O_CLOEXEC);
	if (null < 0 || dup2(null, STDOUT_FILENO) < 0)
		err(1, "/dev/null");
	close(null);
	measure(out, &plan);
	return fclose(out) ? 1 : 0;
}

int main(int argc, char **argv)
{
	const char *mode = argc > 1 ? argv[1] : "";
	bool by_print = strcmp(mode, "--printed") == 0;

	prctl(PR_SET_PDEATHSIG, SIGTERM);
	if (argc == 3 && strcmp(mode, "--segments") == 0)
		return make_segments(strtol(argv[2], NULL, 10));
	if (argc == 4 && strcmp(mode, "--memory") == 0)
		return measure_memory(argv[2], argv[3]);
	if (argc == 4 && strcmp(mode, "--processes") == 0)
		return make_processes(strtol(argv[2], NULL, 10),
		                      strtol(argv[3], NULL, 10));
	if (argc >= 4 && strcmp(mode, "--fastest") == 0)
		return find_fastest(argv[2], argv + 3);
	argc -= by_print;
	argv += by_print;
	if (argc < 7 || argc > 6 + MOST_COMMANDS)
		errx(2, "usage: runner [--printed] FILE ROUNDS MILLISECONDS EACH LAST "
		        "COMMAND..");
	return measure_all(argv + 1, argc - 1, by_print);
}
