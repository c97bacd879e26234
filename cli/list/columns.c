/* columns.c - the columns: name, heading, meaning, price */

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include <shmbox/shmbox.h>

#include "list/columns.h"
#include "list/getters.h"
#include "text/io.h"

static const struct column columns[] = {
	{ "id", "ID", CELL_NUMBER, 0, get_id, "number that system calls use for it" },
	{ "key", "KEY", CELL_KEY, 0, get_key, "number that programs find it by" },
	{ "owner", "OWNER", CELL_TEXT, 0, get_owner, "user that owns it" },
	{ "perms", "PERMS", CELL_TEXT, 0, get_perms, "permissions" },
	{ "size", "SIZE", CELL_SIZE, 0, get_size, "size" },
	{ "nattch", "ATTACHED", CELL_NUMBER, 0, get_nattch, "number of attaches" },
	{ "status", "STATUS", CELL_LIST, 0, get_status,
	  "orphan, removed (marked for removal), locked (never in swap)" },
	{ "ctime", "CHANGED", CELL_TIME, 0, get_ctime,
	  "time of its creation or of a later change of owner or mode" },
	{ "cpid", "CPID", CELL_NUMBER, 0, get_cpid, "process that created it" },
	{ "lpid", "LPID", CELL_NUMBER, 0, get_lpid,
	  "process that last attached or detached it" },
	{ "uid", "UID", CELL_NUMBER, 0, get_uid, "owner's user number" },
	{ "gid", "GID", CELL_NUMBER, 0, get_gid, "owner's group number" },
	{ "cuid", "CUID", CELL_NUMBER, 0, get_cuid, "creator's user number" },
	{ "cgid", "CGID", CELL_NUMBER, 0, get_cgid, "creator's group number" },
	{ "atime", "ATTACHED-AT", CELL_TIME, 0, get_atime, "time of the last attach" },
	{ "dtime", "DETACHED-AT", CELL_TIME, 0, get_dtime, "time of the last detach" },
	{ "command", "COMMAND", CELL_TEXT, 0, get_command,
	  "name of the process that created it, while it is alive" },
	{ "rss", "RSS", CELL_SIZE, NEEDS_MEMORY, get_rss, "bytes of it in memory" },
	{ "swap", "SWAP", CELL_SIZE, NEEDS_MEMORY, get_swap, "bytes of it in swap" },
	{ "age", "AGE", CELL_AGE, 0, get_age, "time since ctime" },
	{ "idle", "IDLE", CELL_AGE, 0, get_idle,
	  "time since the latest of atime, dtime and ctime" },
	{ "locked", "LOCKED", CELL_BOOL, 0, get_locked,
	  "whether its pages are kept out of swap" },
	{ "holders", "HOLDERS", CELL_PIDS, NEEDS_HOLDERS, get_holders,
	  "processes that have it attached" },
	{ "orphan", "ORPHAN", CELL_BOOL, 0, get_orphan,
	  "whether it is not attached, and its creator and last user have exited" },
	{ "creator", "CREATOR", CELL_TEXT, 0, get_creator,
	  "whether the process that created it is alive or has exited" },
	{ "last", "LAST", CELL_TEXT, 0, get_last,
	  "the same for the process that last attached or detached it" },
	{ "reason", "REASON", CELL_TEXT, 0, get_reason,
	  "why it is an orphan, or is not" },
	{ "hugepage", "HUGEPAGE", CELL_PAGE, NEEDS_HOLDERS | NEEDS_MEMORY, get_hugepage,
	  "size of its huge pages" },
	{ "untouched", "UNTOUCHED", CELL_SIZE, NEEDS_MEMORY, get_untouched,
	  "bytes that were never written: neither in memory nor in swap" },
	{ "origkey", "ORIGKEY", CELL_KEY, NEEDS_HOLDERS, get_origkey,
	  "key that it had before it was marked for removal" },
	{ "user", "USER", CELL_TEXT, NEEDS_HOLDERS, get_user,
	  "program known to use such a segment" },
	{ "percent", "PERCENT", CELL_NUMBER, NEEDS_MEMORY, get_percent,
	  "percentage of its pages in memory" },
	{ "cuser", "CUSER", CELL_TEXT, 0, get_cuser, "user that created it" },
	{ "group", "GROUP", CELL_TEXT, 0, get_group, "group that owns it" },
	{ "ns", "NS", CELL_NUMBER, NEEDS_NAMESPACE, get_ns,
	  "number of its IPC namespace" },
	{ "nspid", "NSPID", CELL_NUMBER, NEEDS_NAMESPACE, get_nspid,
	  "a process in that namespace, for --ns" },
	{ "cgroup", "CGROUP", CELL_TEXT, NEEDS_NAMESPACE, get_cgroup,
	  "container or unit of that process" },
};

static const int column_count = sizeof(columns) / sizeof(*columns);
static_assert(sizeof(columns) / sizeof(*columns) <= MAX_COLUMNS,
              "struct columns has no room");

const struct column *column_at(const char *name, size_t length)
{
	for (int i = 0; i < column_count; i++) {
		if (strlen(columns[i].name) == length &&
		    strncmp(columns[i].name, name, length) == 0)
			return &columns[i];
	}
	return NULL;
}

const struct column *column_named(const char *name)
{
	return column_at(name, strlen(name));
}

struct columns columns_named(const char *list)
{
	struct columns chosen = { 0 };

	while (*list) {
		size_t length = strcspn(list, ",");

		chosen.rows[chosen.count++] = column_at(list, length);
		list += length + (list[length] == ',');
	}
	return chosen;
}

struct columns columns_all(void)
{
	struct columns all = { .count = column_count };

	for (int i = 0; i < column_count; i++)
		all.rows[i] = &columns[i];
	return all;
}

unsigned columns_needs(const struct columns *chosen)
{
	unsigned needs = 0;

	for (int i = 0; i < chosen->count; i++)
		needs |= chosen->rows[i]->needs;
	return needs;
}

void column_names(char *out, size_t size)
{
	size_t used = (size_t)snprintf(out, size, "columns are");

	for (int i = 0; i < column_count && used < size; i++)
		used += (size_t)snprintf(out + used, size - used, " %s", columns[i].name);
}

void columns_describe(void)
{
	for (int i = 0; i < column_count; i++)
		fprintf(output, "column\t%s\t%s\n", columns[i].name, columns[i].help);
}

void column_cell(const struct column *column, const struct shmbox_info *info,
                 struct listing *listing, struct cell *cell)
{
	cell->kind = column->kind;
	cell->unknown = false;
	cell->nameless = false;
	cell->colour = PLAIN;
	cell->number = 0;
	cell->text[0] = '\0';
	column->get(&(struct look){ info, listing }, cell);
}
