/* SPDX-License-Identifier: MIT */
/* shmkey - the ftok(3) key of a path, or a free random key */

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "applet.h"
#include "diag/diag.h"
#include "parse/refs.h"
#include "text/io.h"

enum { OPT_PROJ, OPT_MATCH, OPT_NEW, DEFAULT_PROJ = 1 };

static const struct opt options[] = {
	[OPT_PROJ] = { 'P', "proj", KIND_PROJ,
	               "use this project, a character or a number (0 to 255)" },
	[OPT_MATCH] = { 'M', "match", KIND_KEY,
	                "print only the paths that have this key" },
	[OPT_NEW] = { 'g', "new", KIND_SWITCH,
	              "print a random key that no segment has, and make nothing" },
	{ 0 },
};

static int print_new_key(const struct args *args)
{
	key_t key;
	int rc;

	if (args->count || args->seen[OPT_PROJ] || args->seen[OPT_MATCH])
		return misuse(NULL, "--new takes no PATH, --proj or --match");
	rc = shmbox_new_key(&key);
	if (rc < 0)
		return failed(SHMBOX_LOOKUP, rc, NULL, NULL);
	fprintf(output, "0x%08x\n", (unsigned)key);
	return STATUS_OK;
}

/* After a PATH, a number was probably meant for the project. */
static int path_failed(const struct args *args, int i, int rc)
{
	const char *word = args->words[i];
	int status = failed_io(word, rc);

	if (rc == -ENOENT && i > 0 && !word[strspn(word, "0123456789")])
		hint("use --proj %s for the project", word);
	return status;
}

static int print_keys(const struct args *args)
{
	key_t wanted = 0;
	int status = args_key(args, OPT_MATCH, &wanted);
	/* the highest byte of a key is its project */
	int usual = args->seen[OPT_MATCH] ? (int)((unsigned)wanted >> 24) : DEFAULT_PROJ;
	int proj = args->seen[OPT_PROJ] ? (int)args->option[OPT_PROJ].number : usual;
	bool found = false;

	for (int i = 0; i < args->count; i++) {
		key_t key;
		int rc = shmbox_key(args->words[i], proj, &key);

		if (rc == -ERANGE)
			status = status_join(status,
			                     ref_failed(SHMBOX_KEY, rc, args->words[i]));
		else if (rc < 0)
			status = status_join(status, path_failed(args, i, rc));
		else if (!args->seen[OPT_MATCH])
			fprintf(output, "0x%08x\n", (unsigned)key);
		else if (key == wanted && fprintf(output, "%s\n", args->words[i]) >= 0)
			found = true;
	}
	return status == STATUS_OK && args->seen[OPT_MATCH] && !found ? STATUS_REFUSED
	                                                              : status;
}

static int run(const struct args *args)
{
	if (args->seen[OPT_NEW])
		return print_new_key(args);
	if (!args->count)
		return misuse(NULL, "PATH is missing");
	return print_keys(args);
}

const struct applet applet_shmkey = {
	.name = "shmkey",
	.summary = "print the ftok(3) key of a path",
	.operands = "[PATH...]",
	.options = options,
	.run = run,
};
