/* SPDX-License-Identifier: MIT */
/* getters.h - the columns, and a function for each that fills its cells */
#ifndef GETTERS_H
#define GETTERS_H

#include "list/column.h"

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

#define PROTOTYPE(name, heading, kind, needs, help)                                      \
	void get_##name(const struct entry *entry, struct cell *cell);
COLUMNS(PROTOTYPE)
#undef PROTOTYPE

/* Stores a number, or unknown if it is negative (SHMBOX_UNKNOWN). */
static inline void set_known(struct cell *cell, int64_t number)
{
	cell->unknown = number < 0;
	cell->number = number < 0 ? 0 : (uint64_t)number;
}

#endif
