/* SPDX-License-Identifier: MIT */
/* habits.c - what users of other programs type, and what does the same here */

#include <string.h>

#include "parse/habits.h"

/*
 * Each table is a list of pairs, which ends with an empty text: words that are separated by blanks,
 * and what they stand for. Applets are named without "shm".
 */

/* Options of ipcs, ipcrm, ipcmk, lsipc, and of programs that do the like with files. */
static const char options[] =
	"create -0\0use --mode 0644; -p is --progress\0"
	"create -M --shmem -s --size\0write the size alone: shmcreate 64K\0"
	"cat wipe -n -c\0use --length SIZE\0"
	"cat wipe -s -j\0use --offset OFFSET\0"
	"cat -C\0use --hex\0"
	"ls reap --all\0leave it out: all segments are listed\0"
	"ls -c\0shmls --output id,perms,cuid,cgid,uid,gid\0"
	"ls -g --global -l --limits\0shmlimits\0"
	"ls -m --shmems\0leave it out: shmls lists nothing but shared memory\0"
	"ls -p --pid\0shmls --output id,owner,cpid,lpid, or --held-by PID\0"
	"ls -t --time\0shmls --output id,owner,atime,dtime,ctime\0"
	"rm -a --all\0shmreap lists abandoned segments\0"
	"rm -r -R --recursive\0leave it out\0"
	"reap -r --rm\0use --remove --idle 1d\0"
	"stat -c -f --printf\0use --format '%{id} %{size}'\0"
	"key -p\0use --proj PROJ\0"
	"who -p --pid\0shmls --held-by PID lists what a process has attached\0"
	"restore -f --file\0write the archive as an operand\0"
	"restore -t\0use --list\0"
	"attach -d --detach --daemon\0use --background --pid PID (often $$)\0"
	"box -v\0use --version\0";

/* Operands that an applet does not take. */
static const char surplus[] = "create\0use --mode MODE for a mode, --key KEY for a key\0"
			      "reap\0use shmrm SEGMENT, or select with --owner or --key\0"
			      "restore\0use --only NAME to restore one segment\0"
			      "wait\0use --timeout DURATION for the longest wait\0"
			      "write\0use --text TEXT, --input FILE, or standard input\0";

/* Operands that are no SEGMENT. */
static const char strange[] =
	"dump\0use --output FILE for the archive\0"
	"ls\0use --owner OWNER for a user, --output id,size for columns\0"
	"set\0use --mode MODE or --owner OWNER for what is to change\0"
	"write\0use --text TEXT, --input FILE, or standard input\0";

/* What other programs call an option of ours. */
static const char synonyms[] = "bytes count size\0length\0"
			       "chmod permissions perms\0mode\0"
			       "chown uid user\0owner\0"
			       "columns fields\0output\0"
			       "delete\0remove\0"
			       "file from\0input\0"
			       "larger\0min-size\0"
			       "namespace\0ns\0"
			       "no-header\0noheadings\0"
			       "older\0idle\0"
			       "preview simulate\0dry-run\0"
			       "seek skip\0offset\0"
			       "string\0text\0"
			       "usage\0help\0"
			       "wait\0timeout\0"
			       "watch\0follow\0"
			       "yes\0force\0";

/* What other programs call an applet of ours. */
static const char applets[] = "chmod chown\0set\0"
			      "clean\0reap\0"
			      "clear zero\0wipe\0"
			      "delete remove ipcrm\0rm\0"
			      "get\0peek\0"
			      "info show\0stat\0"
			      "ipcmk make new\0create\0"
			      "ipcs list lsipc\0ls\0"
			      "load\0restore\0"
			      "ps\0who\0"
			      "put\0poke\0"
			      "read\0cat\0"
			      "save\0dump\0";

bool is_among(const char *words, const char *word)
{
	size_t length = strlen(word);

	while (*words) {
		size_t next = strcspn(words, " ");

		if (next == length && strncmp(words, word, length) == 0)
			return true;
		words += next + (words[next] == ' ');
	}
	return false;
}

static const char *after(const char *text)
{
	return text + strlen(text) + 1;
}

/* Returns the meaning of the first pair that has both words, or NULL. */
static const char *find(const char *pairs, const char *first, const char *second)
{
	for (; *pairs; pairs = after(after(pairs))) {
		if (is_among(pairs, first) && is_among(pairs, second))
			return after(pairs);
	}
	return NULL;
}

static const char *name_of(const struct applet *applet)
{
	return applet->name + strlen("shm");
}

const char *habit_of_option(const struct applet *applet, const char *typed)
{
	return find(options, name_of(applet), typed);
}

const char *habit_of_surplus(const struct applet *applet)
{
	return find(surplus, name_of(applet), name_of(applet));
}

const char *habit_of_segment(const struct applet *applet)
{
	return find(strange, name_of(applet), name_of(applet));
}

const char *synonym_of(const char *name)
{
	const char *meaning = find(synonyms, name, name);

	return meaning ? meaning : name;
}

const char *applet_synonym(const char *name)
{
	return find(applets, name, name);
}
