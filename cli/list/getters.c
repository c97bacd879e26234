/* SPDX-License-Identifier: MIT */
/* getters.c - the table of columns, and a function for each that fills its cells */

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <shmbox/shmbox.h>

#include "list/column.h"
#include "list/programs.h"
#include "text/text.h"

static void get_id(const struct entry *entry, struct cell *cell)
{
	cell->number = (uint64_t)entry->info->id;
}

static void get_key(const struct entry *entry, struct cell *cell)
{
	cell->number = (uint32_t)entry->info->key;
}

static void write_name(struct cell *cell, struct cached_name *cached, uint32_t number,
                       char *(*find)(char *out, uint32_t number))
{
	if (!cached->valid || cached->number != number) {
		find(cached->name, number);
		cached->number = number;
		cached->valid = true;
	}
	memcpy(cell->text, cached->name, sizeof(cell->text));
}

static void get_owner(const struct entry *entry, struct cell *cell)
{
	write_name(cell, &entry->listing->owner, entry->info->owner_uid, text_user);
}

static void get_cuser(const struct entry *entry, struct cell *cell)
{
	write_name(cell, &entry->listing->creator, entry->info->creator_uid, text_user);
}

static void get_group(const struct entry *entry, struct cell *cell)
{
	write_name(cell, &entry->listing->group, entry->info->owner_gid, text_group);
}

static void get_perms(const struct entry *entry, struct cell *cell)
{
	text_mode(cell->text, entry->info->mode);
}

static void get_size(const struct entry *entry, struct cell *cell)
{
	cell->number = entry->info->size;
}

static void get_nattch(const struct entry *entry, struct cell *cell)
{
	cell->number = entry->info->attached;
}

/* An attached segment is never an orphan: it needs no verdict. */
static enum shmbox_orphan orphan_of(const struct entry *entry)
{
	return entry->info->attached ? SHMBOX_ORPHAN_NO
	                             : listing_judge(entry->listing, entry->info)->orphan;
}

/* The colour repeats what the words say. */
static void get_status(const struct entry *entry, struct cell *cell)
{
	static const char *const orphans[] = {
		[SHMBOX_ORPHAN_UNKNOWN] = "?",
		[SHMBOX_ORPHAN_NO] = NULL,
		[SHMBOX_ORPHAN_YES] = "orphan",
	};
	enum shmbox_orphan orphan = orphan_of(entry);
	const char *const words[] = {
		orphans[orphan],
		entry->info->removed ? "removed" : NULL,
		entry->info->locked ? "locked" : NULL,
	};
	char *end = cell->text;

	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
		if (words[i] && end > cell->text)
			*end++ = ',';
		if (words[i])
			end = stpcpy(end, words[i]);
	}
	if (orphan == SHMBOX_ORPHAN_YES)
		cell->colour = YELLOW;
	else if (orphan == SHMBOX_ORPHAN_NO && entry->info->removed)
		cell->colour = RED;
}

/* Stores a number, or unknown if it is negative (SHMBOX_UNKNOWN). */
static void set_known(struct cell *cell, int64_t number)
{
	cell->unknown = number < 0;
	cell->number = number < 0 ? 0 : (uint64_t)number;
}

static void get_ctime(const struct entry *entry, struct cell *cell)
{
	set_known(cell, entry->info->change_time);
}

static void get_atime(const struct entry *entry, struct cell *cell)
{
	set_known(cell, entry->info->attach_time);
}

static void get_dtime(const struct entry *entry, struct cell *cell)
{
	set_known(cell, entry->info->detach_time);
}

/* Pid 0 stands for a process outside our PID namespace. */
static void get_cpid(const struct entry *entry, struct cell *cell)
{
	set_known(cell,
	          entry->info->creator_pid ? entry->info->creator_pid : SHMBOX_UNKNOWN);
}

/* Pid 0 may also mean that the segment was never attached. */
static void get_lpid(const struct entry *entry, struct cell *cell)
{
	bool used = entry->info->attach_time || entry->info->detach_time;

	set_known(cell, entry->info->last_pid || !used ? entry->info->last_pid
	                                               : SHMBOX_UNKNOWN);
}

static void get_uid(const struct entry *entry, struct cell *cell)
{
	cell->number = entry->info->owner_uid;
}

static void get_gid(const struct entry *entry, struct cell *cell)
{
	cell->number = entry->info->owner_gid;
}

static void get_cuid(const struct entry *entry, struct cell *cell)
{
	cell->number = entry->info->creator_uid;
}

static void get_cgid(const struct entry *entry, struct cell *cell)
{
	cell->number = entry->info->creator_gid;
}

static void get_command(const struct entry *entry, struct cell *cell)
{
	const char *name;
	int found = name_creator(entry, &name);

	/* the cell of a creator that has exited is empty, not unknown */
	cell->unknown = found == -ENOENT;
	cell->nameless = found == 0 && !*name;
	if (found == 0)
		stpcpy(cell->text, name);
}

static void get_args(const struct entry *entry, struct cell *cell)
{
	int found = creator_args(entry, &cell->longer);

	cell->unknown = found == -ENOENT;
	cell->nameless = found >= 0 && !*cell->longer;
	if (found >= 0)
		text_cut(cell->text, sizeof(cell->text), cell->longer, (size_t)found);
}

static void get_rss(const struct entry *entry, struct cell *cell)
{
	set_known(cell, entry->info->resident);
}

static void get_swap(const struct entry *entry, struct cell *cell)
{
	set_known(cell, entry->info->swapped);
}

static void get_age(const struct entry *entry, struct cell *cell)
{
	set_known(cell, entry->listing->now - entry->info->change_time);
}

static void get_idle(const struct entry *entry, struct cell *cell)
{
	set_known(cell, listing_judge(entry->listing, entry->info)->idle);
}

static void get_orphan(const struct entry *entry, struct cell *cell)
{
	enum shmbox_orphan orphan = listing_judge(entry->listing, entry->info)->orphan;

	cell->unknown = orphan == SHMBOX_ORPHAN_UNKNOWN;
	cell->number = orphan == SHMBOX_ORPHAN_YES;
}

static void get_fate(enum shmbox_fate fate, struct cell *cell)
{
	static const char words[][10] = {
		[SHMBOX_FATE_NONE] = "",
		[SHMBOX_FATE_ALIVE] = "alive",
		[SHMBOX_FATE_ELSEWHERE] = "elsewhere",
		[SHMBOX_FATE_ENDED] = "ended",
	};

	cell->unknown = fate == SHMBOX_FATE_UNKNOWN;
	if (!cell->unknown)
		stpcpy(cell->text, words[fate]);
}

static void get_creator(const struct entry *entry, struct cell *cell)
{
	get_fate(listing_judge(entry->listing, entry->info)->creator, cell);
}

static void get_last(const struct entry *entry, struct cell *cell)
{
	get_fate(listing_judge(entry->listing, entry->info)->last, cell);
}

static void get_reason(const struct entry *entry, struct cell *cell)
{
	listing_reason(entry->listing, entry->info, cell->text);
}

static void get_holders(const struct entry *entry, struct cell *cell)
{
	cell->holding = listing_holding(entry->listing, entry->info);
	cell->unknown = !cell->holding.mappings && !cell->holding.complete;
	cell->number = (uint64_t)cell->holding.mappings; /* the sort key */
}

static void get_hugepage(const struct entry *entry, struct cell *cell)
{
	set_known(cell, entry->info->huge_page);
}

/* Computed for whole pages, the unit of resident memory. */
static void get_percent(const struct entry *entry, struct cell *cell)
{
	const struct shmbox_info *info = entry->info;
	uint64_t page = info->huge_page > 0 ? (uint64_t)info->huge_page : 4096;
	uint64_t whole = (info->size + page - 1) / page;

	cell->unknown = info->resident < 0;
	if (!cell->unknown && whole)
		cell->number = (uint64_t)info->resident / page * 100 / whole;
}

/* The bytes of pages with neither memory nor a slot in swap. */
static void get_untouched(const struct entry *entry, struct cell *cell)
{
	const struct shmbox_info *info = entry->info;
	int64_t touched = info->resident + info->swapped;
	bool told = info->resident >= 0 && info->swapped >= 0;

	cell->unknown = !told;
	if (told && (uint64_t)touched < info->size)
		cell->number = info->size - (uint64_t)touched;
}

/* Removal clears the key, but mappings keep it as their name (/proc/PID/maps). */
static void get_origkey(const struct entry *entry, struct cell *cell)
{
	struct holding holding = listing_holding(entry->listing, entry->info);

	if (holding.mappings)
		cell->number = (uint32_t)holding.first->key;
	else
		cell->number = (uint32_t)entry->info->key;
	cell->unknown = entry->info->removed && !holding.mappings;
}

/* Holders are better evidence than the creator and the last user. */
static void get_user(const struct entry *entry, struct cell *cell)
{
	static int (*const others[])(const struct entry *entry, const char **name) = {
		name_creator,
		name_last,
	};
	struct holding holding = listing_holding(entry->listing, entry->info);
	struct cell origkey = { 0 };
	bool unknown = !holding.complete;
	char name[16];
	key_t key;

	get_origkey(entry, &origkey);
	key = (key_t)origkey.number;
	if (key && program_by_key(cell->text, key, entry->info->size))
		return;
	for (int i = 0; i < holding.mappings; i++) {
		if (shmbox_process_name(holding.first[i].pid, name) == 0 &&
		    program_by_command(cell->text, key, name))
			return;
	}
	for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++) {
		const char *process;
		int found = others[i](entry, &process);

		if (found == 0 && program_by_command(cell->text, key, process))
			return;
		unknown |= found == -ENOENT;
	}
	cell->unknown = unknown;
}

static void get_ns(const struct entry *entry, struct cell *cell)
{
	cell->number = entry->info->ns;
	cell->unknown = !entry->info->ns;
}

static void get_nspid(const struct entry *entry, struct cell *cell)
{
	cell->number = (uint64_t)listing_namespace(entry->listing, entry->info)->pid;
	cell->unknown = !cell->number;
}

static void get_cgroup(const struct entry *entry, struct cell *cell)
{
	const struct listed_namespace *listed =
		listing_namespace(entry->listing, entry->info);

	cell->unknown = !listed->pid || listed->group_hidden;
	snprintf(cell->text, sizeof(cell->text), "%s", listed->group);
}

static void get_mode(const struct entry *entry, struct cell *cell)
{
	snprintf(cell->text, sizeof(cell->text), "%03o", (unsigned)entry->info->mode);
}

static void get_locked(const struct entry *entry, struct cell *cell)
{
	cell->number = entry->info->locked;
}

/* ---- the columns ---- */

/* Name, heading, kind, needs, help; get_NAME() fills the cells. */
#define COLUMNS(COLUMN)                                                                  \
	COLUMN(id, "ID", CELL_NUMBER, 0, "number that system calls use for it")          \
	COLUMN(key, "KEY", CELL_KEY, 0, "number that programs find it by")               \
	COLUMN(owner, "OWNER", CELL_TEXT, 0, "user that owns it")                        \
	COLUMN(perms, "PERMS", CELL_TEXT, 0, "permissions")                              \
	COLUMN(size, "SIZE", CELL_SIZE, 0, "size")                                       \
	COLUMN(nattch, "ATTACHED", CELL_NUMBER, 0, "number of attaches")                 \
	COLUMN(status, "STATUS", CELL_LIST, 0,                                           \
	       "orphan, removed (marked for removal), locked (never in swap)")           \
	COLUMN(ctime, "CHANGED", CELL_TIME, 0,                                           \
	       "time of its creation or of a later change of owner or mode")             \
	COLUMN(cpid, "CPID", CELL_NUMBER, 0, "process that created it")                  \
	COLUMN(lpid, "LPID", CELL_NUMBER, 0,                                             \
	       "process that last attached or detached it")                              \
	COLUMN(uid, "UID", CELL_NUMBER, 0, "owner's user number")                        \
	COLUMN(gid, "GID", CELL_NUMBER, 0, "owner's group number")                       \
	COLUMN(cuid, "CUID", CELL_NUMBER, 0, "creator's user number")                    \
	COLUMN(cgid, "CGID", CELL_NUMBER, 0, "creator's group number")                   \
	COLUMN(atime, "ATTACHED-AT", CELL_TIME, 0, "time of the last attach")            \
	COLUMN(dtime, "DETACHED-AT", CELL_TIME, 0, "time of the last detach")            \
	COLUMN(command, "COMMAND", CELL_TEXT, 0,                                         \
	       "name of the process that created it, while it is alive")                 \
	COLUMN(rss, "RSS", CELL_SIZE, NEEDS_MEMORY, "bytes of it in memory")             \
	COLUMN(swap, "SWAP", CELL_SIZE, NEEDS_MEMORY, "bytes of it in swap")             \
	COLUMN(age, "AGE", CELL_AGE, 0, "time since ctime")                              \
	COLUMN(idle, "IDLE", CELL_AGE, 0,                                                \
	       "time since the latest of atime, dtime and ctime")                        \
	COLUMN(locked, "LOCKED", CELL_BOOL, 0, "whether its pages are kept out of swap") \
	COLUMN(holders, "HOLDERS", CELL_PIDS, NEEDS_HOLDERS,                             \
	       "processes that have it attached")                                        \
	COLUMN(orphan, "ORPHAN", CELL_BOOL, 0,                                           \
	       "whether it is not attached, and its creator and last user have exited")  \
	COLUMN(creator, "CREATOR", CELL_TEXT, 0,                                         \
	       "whether the process that created it is alive or has exited")             \
	COLUMN(last, "LAST", CELL_TEXT, 0,                                               \
	       "the same for the process that last attached or detached it")             \
	COLUMN(reason, "REASON", CELL_TEXT, 0, "why it is an orphan, or is not")         \
	COLUMN(hugepage, "HUGEPAGE", CELL_PAGE, NEEDS_HOLDERS | NEEDS_MEMORY,            \
	       "size of its huge pages")                                                 \
	COLUMN(untouched, "UNTOUCHED", CELL_SIZE, NEEDS_MEMORY,                          \
	       "bytes that were never written: neither in memory nor in swap")           \
	COLUMN(origkey, "ORIGKEY", CELL_KEY, NEEDS_HOLDERS,                              \
	       "key that it had before it was marked for removal")                       \
	COLUMN(user, "USER", CELL_TEXT, NEEDS_HOLDERS,                                   \
	       "program known to use such a segment")                                    \
	COLUMN(percent, "PERCENT", CELL_NUMBER, NEEDS_MEMORY,                            \
	       "percentage of its pages in memory")                                      \
	COLUMN(cuser, "CUSER", CELL_TEXT, 0, "user that created it")                     \
	COLUMN(group, "GROUP", CELL_TEXT, 0, "group that owns it")                       \
	COLUMN(ns, "NS", CELL_NUMBER, NEEDS_NAMESPACE, "number of its IPC namespace")    \
	COLUMN(nspid, "NSPID", CELL_NUMBER, NEEDS_NAMESPACE,                             \
	       "a process in that namespace, for --ns")                                  \
	COLUMN(cgroup, "CGROUP", CELL_TEXT, NEEDS_NAMESPACE,                             \
	       "container or unit of that process")                                      \
	COLUMN(mode, "MODE", CELL_TEXT, 0, "permissions in octal, for --mode")           \
	COLUMN(args, "ARGS", CELL_TEXT, 0,                                               \
	       "command line of the process that created it, while it is alive")

#define TEXTS(name, heading, kind, needs, help) { #name, heading, kind, needs, help },
const struct column column_table[] = { COLUMNS(TEXTS) };

/* Separate from the texts: only these pointers need relocation at start. */
#define GETTER(name, heading, kind, needs, help) get_##name,
static void (*const getters[])(const struct entry *entry,
                               struct cell *cell) = { COLUMNS(GETTER) };

const int column_count = sizeof(column_table) / sizeof(*column_table);
static_assert(sizeof(column_table) / sizeof(*column_table) <= MAX_COLUMNS,
              "struct columns has no room");

void column_cell(const struct column *column, const struct shmbox_info *info,
                 struct listing *listing, struct cell *cell)
{
	cell->kind = column->kind;
	cell->unknown = false;
	cell->nameless = false;
	cell->colour = PLAIN;
	cell->number = 0;
	cell->text[0] = '\0';
	cell->longer = NULL;
	getters[column - column_table](&(struct entry){ info, listing }, cell);
}
