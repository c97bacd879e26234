/* met.c - the processes that created segments or used them last */

#include <errno.h>

#include <shmbox/shmbox.h>

#include "list/column.h"

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
		met->asked_args = false;
	}
	*name = met->name;
	return met->found == 0 && met->began > then + SLACK ? -ENOENT : met->found;
}

/* The segment is older than each of its times. */
int name_creator(const struct look *look, const char **name)
{
	const struct shmbox_info *info = look->info;
	int64_t then = info->change_time;

	if (info->attach_time && info->attach_time < then)
		then = info->attach_time;
	if (info->detach_time && info->detach_time < then)
		then = info->detach_time;
	return name_process(look, info->creator_pid, then, name);
}

int name_last(const struct look *look, const char **name)
{
	const struct shmbox_info *info = look->info;
	int64_t then = info->attach_time > info->detach_time ? info->attach_time
	                                                     : info->detach_time;

	/* there never was one */
	if (!then && !info->last_pid)
		return -ESRCH;
	return name_process(look, info->last_pid, then, name);
}

static int read_args(struct met *met)
{
	char args[ARGS_MAX + 1];
	int length = shmbox_process_args(met->pid, args, sizeof(args));

	if (length < 0)
		return length;
	return (int)text_cut(met->args, sizeof(met->args), args, (size_t)length);
}

int creator_args(const struct look *look, const char **args)
{
	struct met *met = &look->listing->met;
	const char *name;
	int found = name_creator(look, &name);

	if (found < 0)
		return found;
	if (!met->asked_args)
		met->args_length = read_args(met);
	met->asked_args = true;
	*args = met->args;
	return met->args_length;
}
