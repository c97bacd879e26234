/* SPDX-License-Identifier: MIT */
/* unknown_option.c - what an unknown option or an operand too many was probably meant to be */

#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "diag/diag.h"
#include "parse/habits.h"
#include "parse/unknown_option.h"
#include "text/mistyped.h"
#include "text/number.h"

enum { HINT_MAX = 80 };

static const char ids[] = "-m -i --id --shmid --shmem-id";
static const char keys[] = "-M -k --key --shmem-key";

/* The value that was typed, if it can be a number, so that the hint can be pasted. */
static const char *number_or(const char *value, const char *word)
{
	size_t length = value ? strspn(value, "0123456789abcdefABCDEFxX") : 0;

	return length > 0 && length <= NUMBER_MAX && !value[length] ? value : word;
}

/* What to do in place of an option for which other programs have an operand; false: none of these. */
static bool as_operand(char *out, const char *applet, const char *typed,
                       const char *value)
{
	bool is_key = is_among(keys, typed);
	const char *number = number_or(value, is_key ? "KEY" : "ID");
	const char *after = number;
	const char *prefix = is_key ? "key:" : skip_hex(&after) ? "id:" : "";

	if (!is_key && !is_among(ids, typed))
		return false;
	snprintf(out, HINT_MAX, "write it as an operand: %s %s%s", applet, prefix,
	         number);
	return true;
}

/* What to do in place of an option of other programs, in out; false if it is not known. */
static bool habit(char *out, const struct applet *applet, const char *typed,
                  const char *value)
{
	const char *known = habit_of_option(applet, typed);

	if (known)
		snprintf(out, HINT_MAX, "%s", known);
	return known || (applet->operands && strstr(applet->operands, "SEGMENT") &&
	                 as_operand(out, applet->name, typed, value));
}

static const char *nearest(const struct opt *options, const char *typed, unsigned *fewest)
{
	const char *best = NULL;

	for (; options && *options->name; options++) {
		if (may_be_meant(typed, options->name, fewest))
			best = options->name;
	}
	return best;
}

/* The long option that was probably meant, or NULL. */
static const char *meant(const struct applet *applet, const struct opt *common,
                         const char *typed)
{
	const char *name = synonym_of(typed);
	unsigned fewest = UINT_MAX;
	const char *own = nearest(applet->options, name, &fewest);
	const char *other = nearest(common, name, &fewest);

	return other ? other : own;
}

int refuse_option(const struct applet *applet, const struct opt *common,
                  const char *typed, const char *value)
{
	char words[HINT_MAX];
	const char *name;

	if (habit(words, applet, typed, value)) {
		fail(STATUS_USAGE, typed, "unknown option");
		hint("%s", words);
		return STATUS_USAGE;
	}
	name = typed[1] == '-' ? meant(applet, common, typed + 2) : NULL;
	if (name)
		return misuse(typed, "unknown option; did you mean --%s?", name);
	return misuse(typed, "unknown option");
}

int refuse_operand(const struct applet *applet, const char *word)
{
	const char *known = habit_of_surplus(applet);

	if (!known)
		return misuse(word, "too many operands");
	fail(STATUS_USAGE, word, "too many operands");
	hint("%s", known);
	return STATUS_USAGE;
}
