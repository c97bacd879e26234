/* getters.c - how each column is filled, and the table of columns */

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <shmbox/shmbox.h>

#include "list/column.h"
#include "list/programs.h"
#include "text/text.h"

static void get_id(const struct look *look, struct cell *cell)
{
	cell->number = (uint64_t)look->info->id;
}

static void get_key(const struct look *look, struct cell *cell)
{
	cell->number = (uint32_t)look->info->key;
}

static void write_name(struct cell *cell, struct named *named, uint32_t number,
                       char *(*find)(char *out, uint32_t number))
{
	if (!named->known || named->number != number) {
		find(named->name, number);
		named->number = number;
		named->known = true;
	}
	memcpy(cell->text, named->name, sizeof(cell->text));
}

static void get_owner(const struct look *look, struct cell *cell)
{
	write_name(cell, &look->listing->owner, look->info->owner_uid, text_user);
}

static void get_cuser(const struct look *look, struct cell *cell)
{
	write_name(cell, &look->listing->maker, look->info->creator_uid, text_user);
}

static void get_group(const struct look *look, struct cell *cell)
{
	write_name(cell, &look->listing->group, look->info->owner_gid, text_group);
}

static void get_perms(const struct look *look, struct cell *cell)
{
	text_mode(cell->text, look->info->mode);
}

static void get_size(const struct look *look, struct cell *cell)
{
	cell->number = look->info->size;
}

static void get_nattch(const struct look *look, struct cell *cell)
{
	cell->number = look->info->attached;
}

/* An attached segment is never an orphan. */
static enum shmbox_orphan orphan_of(const struct look *look)
{
	return look->info->attached ? SHMBOX_ORPHAN_NO
	                            : listing_judge(look->listing, look->info)->orphan;
}

/* Colour says no more than the words do, but sooner. */
static void get_status(const struct look *look, struct cell *cell)
{
	static const char *const orphans[] = {
		[SHMBOX_ORPHAN_UNKNOWN] = "?",
		[SHMBOX_ORPHAN_NO] = NULL,
		[SHMBOX_ORPHAN_YES] = "orphan",
	};
	enum shmbox_orphan orphan = orphan_of(look);
	const char *const words[] = {
		orphans[orphan],
		look->info->removed ? "removed" : NULL,
		look->info->locked ? "locked" : NULL,
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
	else if (orphan == SHMBOX_ORPHAN_NO && look->info->removed)
		cell->colour = RED;
}

/* What the kernel reports as a signed number, -1 being "unknown". */
static void known(struct cell *cell, int64_t number)
{
	cell->unknown = number < 0;
	cell->number = number < 0 ? 0 : (uint64_t)number;
}

static void get_ctime(const struct look *look, struct cell *cell)
{
	known(cell, look->info->change_time);
}

static void get_atime(const struct look *look, struct cell *cell)
{
	known(cell, look->info->attach_time);
}

static void get_dtime(const struct look *look, struct cell *cell)
{
	known(cell, look->info->detach_time);
}

/* pid 0 is a process of another pid namespace: there is one, but not for us. */
static void get_cpid(const struct look *look, struct cell *cell)
{
	known(cell, look->info->creator_pid ? look->info->creator_pid : SHMBOX_UNKNOWN);
}

/* Here 0 may also mean that nobody ever attached it. */
static void get_lpid(const struct look *look, struct cell *cell)
{
	bool used = look->info->attach_time || look->info->detach_time;

	known(cell,
	      look->info->last_pid || !used ? look->info->last_pid : SHMBOX_UNKNOWN);
}

static void get_uid(const struct look *look, struct cell *cell)
{
	cell->number = look->info->owner_uid;
}

static void get_gid(const struct look *look, struct cell *cell)
{
	cell->number = look->info->owner_gid;
}

static void get_cuid(const struct look *look, struct cell *cell)
{
	cell->number = look->info->creator_uid;
}

static void get_cgid(const struct look *look, struct cell *cell)
{
	cell->number = look->info->creator_gid;
}

/*
 * What shmbox_process_name() says of a process that was at the segment at this time, and its name;
 * a younger one has only got the pid of that process. One look serves a run of segments.
 */
static int name_process(const struct look *look, pid_t pid, int64_t then,
                        const char **name)
{
	enum { SLACK = 2 }; /* seconds: of rounding, and of a clock that is slowed down */
	struct met *met = &look->listing->met;

	if (met->pid != pid || !pid) {
		met->found = shmbox_process_name(pid, met->name);
		met->began = met->found == 0 ? shmbox_process_began(pid) : 0;
		met->pid = pid;
	}
	*name = met->name;
	return met->found == 0 && met->began > then + SLACK ? -ENOENT : met->found;
}

/* The segment is older than each of its times. */
static int name_creator(const struct look *look, const char **name)
{
	const struct shmbox_info *info = look->info;
	int64_t then = info->change_time;

	if (info->attach_time && info->attach_time < then)
		then = info->attach_time;
	if (info->detach_time && info->detach_time < then)
		then = info->detach_time;
	return name_process(look, info->creator_pid, then, name);
}

static int name_last(const struct look *look, const char **name)
{
	const struct shmbox_info *info = look->info;
	int64_t then = info->attach_time > info->detach_time ? info->attach_time
	                                                     : info->detach_time;

	/* there never was one */
	if (!then && !info->last_pid)
		return -ESRCH;
	return name_process(look, info->last_pid, then, name);
}

static void get_command(const struct look *look, struct cell *cell)
{
	const char *name;
	int found = name_creator(look, &name);

	/* a creator that has ended has no name, which is not the same as an unknown one */
	cell->unknown = found == -ENOENT;
	cell->nameless = found == 0 && !*name;
	if (found == 0)
		stpcpy(cell->text, name);
}

static void get_rss(const struct look *look, struct cell *cell)
{
	known(cell, look->info->resident);
}

static void get_swap(const struct look *look, struct cell *cell)
{
	known(cell, look->info->swapped);
}

static void get_age(const struct look *look, struct cell *cell)
{
	known(cell, look->listing->now - look->info->change_time);
}

static void get_idle(const struct look *look, struct cell *cell)
{
	known(cell, listing_judge(look->listing, look->info)->idle);
}

static void get_orphan(const struct look *look, struct cell *cell)
{
	enum shmbox_orphan orphan = listing_judge(look->listing, look->info)->orphan;

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

static void get_creator(const struct look *look, struct cell *cell)
{
	get_fate(listing_judge(look->listing, look->info)->creator, cell);
}

static void get_last(const struct look *look, struct cell *cell)
{
	get_fate(listing_judge(look->listing, look->info)->last, cell);
}

static void get_reason(const struct look *look, struct cell *cell)
{
	listing_reason(look->listing, look->info, cell->text);
}

static void get_holders(const struct look *look, struct cell *cell)
{
	cell->holding = listing_holding(look->listing, look->info);
	cell->unknown = !cell->holding.mappings && !cell->holding.complete;
	cell->number = (uint64_t)cell->holding.mappings; /* to be sorted by */
}

static void get_hugepage(const struct look *look, struct cell *cell)
{
	known(cell, look->info->huge_page);
}

/* Of whole pages, which are what is in memory. */
static void get_percent(const struct look *look, struct cell *cell)
{
	const struct shmbox_info *info = look->info;
	uint64_t page = info->huge_page > 0 ? (uint64_t)info->huge_page : 4096;
	uint64_t whole = (info->size + page - 1) / page;

	cell->unknown = info->resident < 0;
	if (!cell->unknown && whole)
		cell->number = (uint64_t)info->resident / page * 100 / whole;
}

/* The kernel has given them neither memory nor a place in swap. */
static void get_untouched(const struct look *look, struct cell *cell)
{
	const struct shmbox_info *info = look->info;
	int64_t touched = info->resident + info->swapped;
	bool told = info->resident >= 0 && info->swapped >= 0;

	cell->unknown = !told;
	if (told && (uint64_t)touched < info->size)
		cell->number = info->size - (uint64_t)touched;
}

/* Removal takes the key away, but mappings go on having its name. */
static void get_origkey(const struct look *look, struct cell *cell)
{
	struct holding holding = listing_holding(look->listing, look->info);

	if (holding.mappings)
		cell->number = (uint32_t)holding.first->key;
	else
		cell->number = (uint32_t)look->info->key;
	cell->unknown = look->info->removed && !holding.mappings;
}

/* Its holders say more than who made it or used it last. */
static void get_user(const struct look *look, struct cell *cell)
{
	static int (*const others[])(const struct look *look, const char **name) = {
		name_creator,
		name_last,
	};
	struct holding holding = listing_holding(look->listing, look->info);
	struct cell origkey = { 0 };
	bool unknown = !holding.complete;
	char name[16];
	key_t key;

	get_origkey(look, &origkey);
	key = (key_t)origkey.number;
	if (key && program_by_key(cell->text, key, look->info->size))
		return;
	for (int i = 0; i < holding.mappings; i++) {
		if (shmbox_process_name(holding.first[i].pid, name) == 0 &&
		    program_by_command(cell->text, key, name))
			return;
	}
	for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++) {
		const char *met;
		int found = others[i](look, &met);

		if (found == 0 && program_by_command(cell->text, key, met))
			return;
		unknown |= found == -ENOENT;
	}
	cell->unknown = unknown;
}

static void get_ns(const struct look *look, struct cell *cell)
{
	cell->number = look->info->ns;
	cell->unknown = !look->info->ns;
}

static void get_nspid(const struct look *look, struct cell *cell)
{
	cell->number = (uint64_t)listing_place(look->listing, look->info)->pid;
	cell->unknown = !cell->number;
}

static void get_cgroup(const struct look *look, struct cell *cell)
{
	const struct place *place = listing_place(look->listing, look->info);

	cell->unknown = !place->pid || place->group_hidden;
	snprintf(cell->text, sizeof(cell->text), "%s", place->group);
}

static void get_locked(const struct look *look, struct cell *cell)
{
	cell->number = look->info->locked;
}

/* ---- the columns ---- */

/* Name, heading, kind, needs, meaning; get_NAME() fills its cells. */
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
	       "container or unit of that process")

#define TEXTS(name, heading, kind, needs, help) { #name, heading, kind, needs, help },
const struct column column_table[] = { COLUMNS(TEXTS) };

/* Apart from the texts, so that what is relocated at start is small. */
#define GETTER(name, heading, kind, needs, help) get_##name,
static void (*const getters[])(const struct look *look,
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
	getters[column - column_table](&(struct look){ info, listing }, cell);
}
