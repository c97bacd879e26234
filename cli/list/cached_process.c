/* SPDX-License-Identifier: MIT */
/* cached_process.c - the processes that created segments or used them last */

#include <errno.h>

#include <shmbox/shmbox.h>

#include "list/column.h"

/*
 * Returns the result of shmbox_process_name() for a process that used the segment at this time,
 * with its name: a process that began later has only the same pid. One query serves a run of
 * segments.
 */
static int name_process(const struct entry *entry, pid_t pid, int64_t then,
                        const char **name)
{
	enum { SLACK = 2 }; /* seconds: of rounding, and of a clock that is slowed down */
	struct cached_process *process = &entry->listing->process;

	if (process->pid != pid || !pid) {
		process->result = shmbox_process_name(pid, process->name);
		process->began = process->result == 0 ? shmbox_process_began(pid) : 0;
		process->pid = pid;
		process->asked_args = false;
	}
	*name = process->name;
	return process->result == 0 && process->began > then + SLACK ? -ENOENT
	                                                             : process->result;
}

/* The segment is older than each of its times. */
int name_creator(const struct entry *entry, const char **name)
{
	const struct shmbox_info *info = entry->info;
	int64_t then = info->change_time;

	if (info->attach_time && info->attach_time < then)
		then = info->attach_time;
	if (info->detach_time && info->detach_time < then)
		then = info->detach_time;
	return name_process(entry, info->creator_pid, then, name);
}

int name_last(const struct entry *entry, const char **name)
{
	const struct shmbox_info *info = entry->info;
	int64_t then = info->attach_time > info->detach_time ? info->attach_time
	                                                     : info->detach_time;

	/* no process has ever attached it */
	if (!then && !info->last_pid)
		return -ESRCH;
	return name_process(entry, info->last_pid, then, name);
}

static int read_args(struct cached_process *process)
{
	char args[ARGS_MAX + 1];
	int length = shmbox_process_args(process->pid, args, sizeof(args));

	if (length < 0)
		return length;
	return (int)text_cut(process->args, sizeof(process->args), args, (size_t)length);
}

int creator_args(const struct entry *entry, const char **args)
{
	struct cached_process *process = &entry->listing->process;
	const char *name;
	int found = name_creator(entry, &name);

	if (found < 0)
		return found;
	if (!process->asked_args)
		process->args_length = read_args(process);
	process->asked_args = true;
	*args = process->args;
	return process->args_length;
}
