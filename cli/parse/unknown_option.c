/* unknown_option.c - what an unknown option or an operand too many was probably meant to be */

#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "diag/diag.h"
#include "parse/unknown_option.h"
#include "text/mistyped.h"
#include "text/number.h"

enum { HINT_MAX = 80 };

/* What other programs call an option of ours. */
static const struct {
	char typed[12];
	char meant[12];
} synonyms[] = {
	{ "bytes", "length" },  { "chmod", "mode" },
	{ "chown", "owner" },   { "columns", "output" },
	{ "count", "length" },  { "delete", "remove" },
	{ "fields", "output" }, { "file", "input" },
	{ "from", "input" },    { "larger", "min-size" },
	{ "namespace", "ns" },  { "no-header", "noheadings" },
	{ "older", "idle" },    { "permissions", "mode" },
	{ "perms", "mode" },    { "preview", "dry-run" },
	{ "seek", "offset" },   { "simulate", "dry-run" },
	{ "size", "length" },   { "skip", "offset" },
	{ "string", "text" },   { "uid", "owner" },
	{ "usage", "help" },    { "user", "owner" },
	{ "wait", "timeout" },  { "watch", "follow" },
	{ "yes", "force" },
};

/* Options of ipcs, ipcrm, ipcmk and lsipc, and what does the same here. */
static const struct {
	char applet[10];
	char letter;
	char name[8];
	char hint[56];
} habits[] = {
	{ "shmcreate", '0', "", "use --mode 0644; -p is --progress" },
	{ "shmcreate", 'M', "shmem", "write the size alone: shmcreate 64K" },
	{ "shmls", 0, "all", "leave it out: shmls lists all segments" },
	{ "shmreap", 0, "all", "leave it out: shmreap checks all segments" },
	{ "shmls", 'c', "", "shmls --output id,perms,cuid,cgid,uid,gid" },
	{ "shmls", 'g', "global", "shmlimits" },
	{ "shmls", 'l', "limits", "shmlimits" },
	{ "shmls", 'm', "shmems", "leave it out: shmls lists nothing but shared memory" },
	{ "shmls", 'p', "pid", "shmls --output id,owner,cpid,lpid" },
	{ "shmls", 't', "time", "shmls --output id,owner,atime,dtime,ctime" },
	{ "shmrm", 'a', "all", "shmreap lists abandoned segments" },
};

/* What an operand that an applet does not take was probably meant to be. */
static const struct {
	char applet[11];
	char hint[56];
} operands[] = {
	{ "shmcreate", "use --mode MODE for a mode, --key KEY for a key" },
	{ "shmlimits", "use shmstat SEGMENT to show a segment" },
	{ "shmreap", "use shmrm SEGMENT, or select with --owner or --key" },
	{ "shmrestore", "use --only NAME to restore one segment" },
	{ "shmwait", "use --timeout DURATION for the longest wait" },
	{ "shmwrite", "use --text TEXT, --input FILE, or standard input" },
};

static const char ids[][12] = { "-m", "-i", "--id", "--shmid", "--shmem-id" };
static const char keys[][12] = { "-M", "-k", "--key", "--shmem-key" };

static bool is_among(const char *typed, const char (*words)[12], size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (strcmp(typed, words[i]) == 0)
			return true;
	}
	return false;
}

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
	bool is_key = is_among(typed, keys, sizeof(keys) / sizeof(*keys));
	const char *number = number_or(value, is_key ? "KEY" : "ID");
	const char *after = number;
	const char *prefix = is_key ? "key:" : skip_hex(&after) ? "id:" : "";

	if (!is_key && !is_among(typed, ids, sizeof(ids) / sizeof(*ids)))
		return false;
	snprintf(out, HINT_MAX, "write it as an operand: %s %s%s", applet, prefix,
	         number);
	return true;
}

/* What to do in place of an option of other programs, in out; false if it is not known. */
static bool habit(char *out, const struct applet *applet, const char *typed,
                  const char *value)
{
	bool is_long = typed[1] == '-';

	for (size_t i = 0; i < sizeof(habits) / sizeof(*habits); i++) {
		bool same = is_long ? strcmp(typed + 2, habits[i].name) == 0
		                    : typed[1] == habits[i].letter;

		if (same && strcmp(applet->name, habits[i].applet) == 0) {
			snprintf(out, HINT_MAX, "%s", habits[i].hint);
			return true;
		}
	}
	return applet->operands && strstr(applet->operands, "SEGMENT") &&
	       as_operand(out, applet->name, typed, value);
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

static const char *synonym(const char *typed)
{
	for (size_t i = 0; i < sizeof(synonyms) / sizeof(*synonyms); i++) {
		if (strcmp(typed, synonyms[i].typed) == 0)
			return synonyms[i].meant;
	}
	return typed;
}

/* The long option that was probably meant, or NULL. */
static const char *meant(const struct applet *applet, const struct opt *common,
                         const char *typed)
{
	const char *name = synonym(typed);
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
	fail(STATUS_USAGE, word, "too many operands");
	for (size_t i = 0; i < sizeof(operands) / sizeof(*operands); i++) {
		if (strcmp(applet->name, operands[i].applet) == 0) {
			hint("%s", operands[i].hint);
			return STATUS_USAGE;
		}
	}
	hint("see %s --help", applet->name);
	return STATUS_USAGE;
}
