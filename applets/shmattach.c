/* SPDX-License-Identifier: MIT */
/* shmattach - hold a segment attached, alone or around a command */

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include "applet.h"
#include "diag/diag.h"
#include "segment/held.h"
#include "text/io.h"
#include "work/hold.h"
#include "work/hold_segment.h"

enum { OPT_READ_ONLY, OPT_POPULATE, OPT_LOCK, OPT_PID, OPT_BACKGROUND, OPT_REMOVE };

static const struct opt options[] = {
	[OPT_READ_ONLY] = { 'r', "read-only", KIND_SWITCH, "attach read-only" },
	[OPT_POPULATE] = { 'P', "populate", KIND_SWITCH,
	                   "allocate memory for every page now" },
	[OPT_LOCK] = { 'L', "lock", KIND_SWITCH, "lock the pages in memory" },
	[OPT_PID] = { 'W', "pid", KIND_PID, "hold the segment until this process exits" },
	[OPT_BACKGROUND] = { 'b', "background", KIND_SWITCH,
	                     "hold the segment in the background and print its id" },
	[OPT_REMOVE] = { 0, "remove", KIND_SWITCH, "remove the segment on exit" },
	{ 0 },
};

/* The held segment, and what ends the hold. */
struct hold {
	const struct args *args;
	const char *object;
	struct signals signals;
	pid_t pid; /* the process that the segment is held for; 0: no process */
	int watch; /* a descriptor that reports the exit of pid, or a negated errno */
	struct shmbox_map map;
};

static int misused(const struct args *args)
{
	bool command = args->count > 1;

	if (command && (args->seen[OPT_PID] || args->seen[OPT_BACKGROUND]))
		return misuse(NULL,
		              "--pid and --background cannot be combined with COMMAND");
	if (args->seen[OPT_BACKGROUND] && !args->seen[OPT_PID])
		return misuse(NULL, "--background requires --pid PID (often $$), the "
		                    "process to hold it for");
	return STATUS_OK;
}

static int watch_pid(struct hold *hold)
{
	char object[OPTION_OBJECT];

	hold->watch = -1;
	if (!hold->args->seen[OPT_PID])
		return STATUS_OK;
	hold->pid = (pid_t)hold->args->option[OPT_PID].number;
	hold->watch = shmbox_process_watch(hold->pid);
	if (hold->watch == -ESRCH)
		return fail(STATUS_FAILED, args_object(hold->args, OPT_PID, object),
		            "no such process");
	return STATUS_OK;
}

static int hold_for_command(const struct hold *hold)
{
	int status = hold_environment(hold->object, &hold->map);

	if (status != STATUS_OK)
		return STATUS_BEFORE_COMMAND;
	status = command_run(&hold->signals, hold->args->words + 1);
	/* nothing was printed: COMMAND reports failures of standard output */
	close(STDOUT_FILENO);
	return status;
}

/* In $(shmattach 3) the shell waits for an end that the user may not expect. */
static void note_held(const struct hold *hold)
{
	if (hold->pid) {
		note(hold->object, "held until process %d exits", (int)hold->pid);
		hint("add --background to continue while it is held");
	} else {
		note(hold->object, "held until a signal ends this process");
		hint("use --background --pid $$ to continue while it is held");
	}
}

static int hold_alone(const struct hold *hold)
{
	fprintf(output, "%d\n", hold->map.id);
	if (!deliver_output())
		return STATUS_FAILED;
	if (!isatty(STDOUT_FILENO))
		note_held(hold);
	hold_until(&hold->signals, hold->pid, hold->watch);
	return STATUS_OK;
}

/* The id is printed last: once it can be read, the segment is held. */
static int hold_in_background(const struct hold *hold, bool *holder)
{
	pid_t pid = background(&hold->signals, hold->watch);

	*holder = pid == 0;
	if (pid < 0)
		return STATUS_LIMIT;
	if (pid == 0) {
		hold_until(&hold->signals, hold->pid, hold->watch);
		return STATUS_OK;
	}
	fprintf(output, "%d\n", hold->map.id);
	if (close_output())
		return STATUS_OK;
	kill(pid, SIGTERM);
	return STATUS_FAILED;
}

static int remove_held(struct hold *hold)
{
	struct holder_list list = { 0 };
	int id = hold->map.id;
	int rc;

	shmbox_detach(&hold->map);
	rc = shmbox_remove(id);
	if (rc < 0)
		return failed_on(SHMBOX_REMOVE, rc, hold->object, id);
	if (rc > 0)
		note_marked(hold->object, id, rc, &list);
	holder_list_end(&list);
	return STATUS_OK;
}

static int hold_on(struct hold *hold)
{
	const struct args *args = hold->args;
	bool holder = true;
	int status;

	if (args->count > 1)
		status = hold_for_command(hold);
	else if (args->seen[OPT_BACKGROUND])
		status = hold_in_background(hold, &holder);
	else
		status = hold_alone(hold);
	if (args->seen[OPT_REMOVE] && holder && !args->values[0].segment.scratch) {
		int removed = remove_held(hold);

		/* the status of COMMAND takes precedence */
		status = status == STATUS_OK && args->count == 1 ? removed : status;
	}
	return status;
}

static int run(const struct args *args)
{
	struct hold hold = { .args = args, .object = args->words[0] };
	bool command = args->count > 1;
	const struct hold_options how = {
		.read_only = args->seen[OPT_READ_ONLY],
		.lock = args->seen[OPT_LOCK],
		.populate = args->seen[OPT_POPULATE],
	};
	int status = misused(args);

	if (status == STATUS_OK)
		status = signals_block(&hold.signals, command);
	if (status == STATUS_OK)
		status = watch_pid(&hold);
	if (status == STATUS_OK)
		status = hold_segment(args, &how, &hold.map);
	if (status == STATUS_OK)
		return hold_on(&hold);
	/* what fails before COMMAND runs must not look like COMMAND's own status */
	return command ? STATUS_BEFORE_COMMAND : status;
}

const struct applet applet_shmattach = {
	.name = "shmattach",
	.summary = "hold a segment attached, alone or around a command",
	.operands = "SEGMENT|scratch:SIZE [COMMAND [ARG]...]",
	.options = options,
	.run = run,
	.capabilities = CAP(CAP_IPC_LOCK) | CAP(CAP_IPC_OWNER),
	.changes = CHANGES_WITH(OPT_REMOVE),
};
