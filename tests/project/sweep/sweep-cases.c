/* SPDX-License-Identifier: MIT */
/* sweep-cases.c - reads the cases of the sweep */

#include <err.h>
#include <stdio.h>
#include <string.h>

#include "sweep.h"

static void split(char *text, const char *by, char **words)
{
	char *rest = text;
	char *word;
	int count = 0;

	while (count < WORDS && (word = strtok_r(rest, by, &rest)))
		words[count++] = word;
	words[count < WORDS ? count : WORDS - 1] = NULL;
}

static bool read_test(struct test *test)
{
	char *rest = test->line;
	char *setup;
	char *judged;

	test->name = strtok_r(rest, " \n", &rest);
	if (!test->name || *test->name == '#')
		return false;
	setup = strtok_r(rest, " ", &rest);
	judged = strtok_r(rest, " ", &rest);
	split(setup, ",", test->setup);
	split(judged, ",", test->judged);
	split(rest, " \n", test->words);
	if (!test->words[0])
		errx(USAGE, "%s: not a case", test->name);
	return true;
}

void read_tests(struct sweep *sweep, const char *path)
{
	FILE *file = fopen(path, "re");

	if (!file)
		err(USAGE, "%s", path);
	while (sweep->count < TESTS &&
	       fgets(sweep->tests[sweep->count].line, sizeof(sweep->tests->line), file)) {
		if (read_test(&sweep->tests[sweep->count]))
			sweep->count++;
	}
	fclose(file);
}

const struct test *find_test(const struct sweep *sweep, const char *name)
{
	for (int i = 0; i < sweep->count; i++) {
		if (strcmp(sweep->tests[i].name, name) == 0)
			return &sweep->tests[i];
	}
	errx(USAGE, "%s: no such case", name);
}
