/* SPDX-License-Identifier: MIT */
/* shmbox - the applet that lists and installs all others */

#include <stdio.h>

#include "diag/diag.h"
#include "parse/args.h"
#include "program/program.h"
#include "text/io.h"

enum { OPT_LIST, OPT_LIST_FULL, OPT_INSTALL, OPT_SYMBOLIC, OPT_FORCE, OPT_DESCRIBE };

static const struct opt options[] = {
	[OPT_LIST] = { 'l', "list", KIND_SWITCH, "list the applets" },
	[OPT_LIST_FULL] = { 'L', "list-full", KIND_SWITCH,
	                    "list the applets as paths below /" },
	[OPT_INSTALL] = { 'I', "install", KIND_SWITCH,
	                  "make links named after the applets in DIR, by default beside "
	                  "the binary" },
	[OPT_SYMBOLIC] = { 's', "symbolic", KIND_SWITCH,
	                   "make symbolic links instead of hard ones" },
	[OPT_FORCE] = { 'f', "force", KIND_SWITCH, "replace files that are not shmbox" },
	[OPT_DESCRIBE] = { 'D', "describe", KIND_SWITCH,
	                   "print applets and options as tab-separated facts" },
	{ 0 },
};

static int list(const char *directory)
{
	for (const struct applet *const *row = applets; *row; row++)
		fprintf(output, "%s%s\n", directory, (*row)->name);
	return STATUS_OK;
}

static int run(const struct args *args)
{
	const bool *seen = args->seen;
	int chosen = seen[OPT_LIST] + seen[OPT_LIST_FULL] + seen[OPT_INSTALL] +
	             seen[OPT_DESCRIBE];

	if (chosen > 1)
		return misuse(NULL, "--list, --list-full, --install and --describe "
		                    "cannot be combined");
	if (!seen[OPT_INSTALL] && chosen && args->count)
		return misuse(args->words[0], "too many operands");
	if (!seen[OPT_INSTALL] && (seen[OPT_SYMBOLIC] || seen[OPT_FORCE] || args->count))
		return misuse(args->words[0],
		              "DIR, --symbolic and --force require --install; "
		              "write the applet first: shmbox ls");
	if (seen[OPT_LIST])
		return list("");
	if (seen[OPT_LIST_FULL])
		return list("usr/bin/");
	if (seen[OPT_INSTALL])
		return install_links(args->words[0], seen[OPT_SYMBOLIC], seen[OPT_FORCE]);
	if (seen[OPT_DESCRIBE])
		help_describe(args->applet);
	else
		help_print(args->applet, applets);
	return STATUS_OK;
}

const struct applet applet_shmbox = {
	.name = "shmbox",
	.summary = "work with System V shared memory segments",
	.operands = "[DIR]",
	.options = options,
	.run = run,
};
