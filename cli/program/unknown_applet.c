/* SPDX-License-Identifier: MIT */
/* unknown_applet.c - the applet that an unknown one was probably meant to be */

#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "diag/diag.h"
#include "parse/habits.h"
#include "program/program.h"
#include "text/mistyped.h"

static const char prefix[] = "shm";

/* The name without the prefix that all applets have. */
static const char *short_name(const char *name)
{
	size_t length = strlen(prefix);

	return strncmp(name, prefix, length) == 0 ? name + length : name;
}

/* An applet without the prefix, or NULL. */
static const char *nearest(const char *typed)
{
	const char *best = NULL;
	unsigned fewest = UINT_MAX;

	for (const struct applet *const *row = applets; *row; row++) {
		const char *name = (*row)->name;
		const char *known = short_name(name);

		/* letters of the prefix may be wrong too; "shm" alone begins every name */
		if (may_be_meant(short_name(typed), known, &fewest) ||
		    (strlen(typed) > strlen(prefix) &&
		     may_be_meant(typed, name, &fewest)))
			best = known;
	}
	return best;
}

int refuse_applet(const char *name)
{
	const char *meant = applet_synonym(short_name(name));

	if (!meant)
		meant = nearest(name);
	if (meant)
		fail(STATUS_NOT_FOUND, name, "no such applet; did you mean %s%s?", prefix,
		     meant);
	else
		fail(STATUS_NOT_FOUND, name, "no such applet");
	hint("see shmbox --list");
	return STATUS_NOT_FOUND;
}
