/* SPDX-License-Identifier: MIT */
/* scan.c - read the words of the command line: options in every notation, and operands */

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "parse/args.h"
#include "parse/scan.h"
#include "text/text.h"

const struct opt common_options[COMMON_OPTIONS + 1] = {
	[OPT_HELP] = { 'h', "help", KIND_SWITCH, "show this help and exit" },
	[OPT_VERSION] = { 'V', "version", KIND_SWITCH, "show the version and exit" },
	[OPT_NS] = { 'N', "ns", KIND_PID, "act in the IPC namespace of this process" },
	{ 0 },
};

static const struct opt *option_at(const struct applet *applet, int index)
{
	return index >= COMMON ? &common_options[index - COMMON]
	                       : &applet->options[index];
}

/* Finds an option by its letter, or if that is 0 by the first length bytes of name. */
static int search(const struct opt *options, char letter, const char *name, size_t length)
{
	for (int i = 0; options && *options[i].name; i++) {
		assert(i < MAX_OPTIONS);
		if (letter ? options[i].letter == letter
		           : name && strncmp(options[i].name, name, length) == 0 &&
		                     !options[i].name[length])
			return i;
	}
	return -1;
}

static bool find_option(struct found *found, const struct scan *scan, char letter,
                        const char *name, size_t length)
{
	int index = search(scan->applet->options, letter, name, length);

	if (index < 0) {
		index = search(common_options, letter, name, length);
		if (index < 0)
			return false;
		index += COMMON;
	}
	found->index = index;
	found->option = option_at(scan->applet, index);
	return true;
}

static enum what next_is_value(struct scan *scan, struct found *found)
{
	if (!*scan->next)
		return NEEDS_VALUE;
	found->value = *scan->next++;
	return OPTION;
}

static enum what read_letter(struct scan *scan, struct found *found)
{
	char *rest = scan->cluster + 1;

	snprintf(found->typed, sizeof(found->typed), "-%c", *scan->cluster);
	scan->cluster = *rest ? rest : NULL;
	if (!find_option(found, scan, rest[-1], NULL, 0))
		return UNKNOWN;
	if (found->option->kind == KIND_SWITCH)
		return OPTION;
	if (!scan->cluster)
		return next_is_value(scan, found);
	found->value = rest;
	scan->cluster = NULL;
	return OPTION;
}

/* A prefix of a name is not accepted: it may become ambiguous with a later option. */
static enum what read_name(struct scan *scan, struct found *found, char *word)
{
	size_t length = strcspn(word, "=");
	bool known = find_option(found, scan, '\0', word + 2, length - 2);

	text_cut(found->typed, sizeof(found->typed), word, length);
	if (!known) {
		found->value = word[length] ? word + length + 1 : NULL;
		return UNKNOWN;
	}
	if (found->option->kind == KIND_SWITCH && word[length]) {
		text_cut(found->typed, sizeof(found->typed), word, strlen(word));
		return TAKES_NONE;
	}
	if (found->option->kind == KIND_SWITCH)
		return OPTION;
	if (!word[length])
		return next_is_value(scan, found);
	found->value = word + length + 1;
	return OPTION;
}

/*
 * Operands and options may be mixed. A word like -5, -.5 or - is an operand, because no letter of
 * an option is a digit or a point.
 */
enum what scan_next(struct scan *scan, struct found *found)
{
	char *word;

	*found = (struct found){ 0 };
	if (scan->cluster)
		return read_letter(scan, found);
	if (!*scan->next)
		return END;
	word = *scan->next++;
	if (strcmp(word, "--") == 0)
		return END;
	if (word[0] == '-' && word[1] == '-')
		return read_name(scan, found, word);
	if (word[0] == '-' && !strchr("0123456789.", word[1])) {
		scan->cluster = word + 1;
		return read_letter(scan, found);
	}
	found->value = word;
	return OPERAND;
}
