/* SPDX-License-Identifier: MIT */
/*
 * api.c - a user of libshmbox, who knows <shmbox/shmbox.h> and nothing else of it
 *
 * usage: api TEST [PID]; without TEST it prints the names of the tests that need no PID.
 * api.bats builds it against the installed library, static and shared, and sets the limits
 * that a test needs.
 */

#include <err.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api.h"

/* README: begin */
static int greet(void)
{
	struct shmbox_spec spec = { .size = 4096, .mode = 0600 };
	int id = shmbox_create(&spec);
	FILE *stream = id < 0 ? NULL : shmbox_fopen(id, "r+");

	if (!stream)
		errx(1, "%s", shmbox_strerror(SHMBOX_CREATE, id < 0 ? id : -errno));
	fprintf(stream, "hello from segment %d\n", id);
	return fclose(stream) == 0 ? id : -errno;
}
/* README: end */

static void greets(void)
{
	char text[64] = "";
	char wanted[64];
	int id = greet();
	struct shmbox_map map;

	assert(id >= 0);
	map = attach(id);
	shmbox_read(&map, 0, text, sizeof(text) - 1);
	snprintf(wanted, sizeof(wanted), "hello from segment %d\n", id);
	assert(strcmp(text, wanted) == 0);
	shmbox_detach(&map);
	destroy(id);
}

static const struct test api_tests[] = {
	{ TEST(greets) },
	{ 0 },
};

static const struct test *const parts[] = {
	api_tests,    create_tests,  bytes_tests,  jobs_tests,       continued_tests,
	ranges_tests, fields_tests,  waits_tests,  freeze_tests,     processes_tests,
	errors_tests, holders_tests, orphan_tests, namespaces_tests, threads_tests,
	locks_tests,  copies_tests,
};

/* The test of this name, or NULL. */
static const struct test *find(const char *name)
{
	for (size_t i = 0; i < sizeof(parts) / sizeof(*parts); i++)
		for (const struct test *test = parts[i]; test->name; test++)
			if (strcmp(test->name, name) == 0)
				return test;
	return NULL;
}

static void print_names(void)
{
	for (size_t i = 0; i < sizeof(parts) / sizeof(*parts); i++)
		for (const struct test *test = parts[i]; test->name; test++)
			if (test->run)
				puts(test->name);
}

int main(int argc, char **argv)
{
	const struct test *test;

	if (argc == 1) {
		print_names();
		return 0;
	}
	test = find(argv[1]);
	if (!test)
		errx(1, "%s: no such test", argv[1]);
	if (argc == 3 && test->on)
		test->on((pid_t)strtol(argv[2], NULL, 10));
	else if (argc == 2 && test->run)
		test->run();
	else
		errx(1, "usage: api TEST [PID]");
	return 0;
}
