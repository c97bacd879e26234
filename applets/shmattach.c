/* shmattach - hold a segment attached, alone or around a command */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "applet.h"
#include "diag/diag.h"
#include "segment/held.h"
#include "segment/operand.h"
#include "text/io.h"
#include "text/text.h"
#include "work/hold.h"
#include "work/new_segment.h"
#include "work/task.h"

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

/* What is held, and for whom. */
struct hold {
	const struct args *args;
	const char *object;
	struct signals signals;
	pid_t pid;
	int watch;
	struct shmbox_map map;
};

static int misused(const struct args *args)
{
	bool command = args->count > 1;

	if (command && (args->seen[OPT_PID] || args->seen[OPT_BACKGROUND]))
		return misuse(
			NULL,
			"--pid and --background hold for a process, not for COMMAND");
	if (args->seen[OPT_BACKGROUND] && !args->seen[OPT_PID])
		return misuse(NULL,
		              "--background wants --pid: else nothing would ever end it");
	return STATUS_OK;
}

static int watch_pid(struct hold *hold)
{
	hold->watch = -1;
	if (!hold->args->seen[OPT_PID])
		return STATUS_OK;
	hold->pid = (pid_t)hold->args->option[OPT_PID].number;
	hold->watch = shmbox_process_watch(hold->pid);
	if (hold->watch == -ESRCH)
		return fail(STATUS_FAILED, hold->args->typed[OPT_PID], "no such process");
	return STATUS_OK;
}

static int attach(struct hold *hold, int id, unsigned flags)
{
	int rc;

	flags |= hold->args->seen[OPT_READ_ONLY] ? SHMBOX_READ_ONLY : 0;
	rc = shmbox_attach(id, flags, &hold->map);

	if (rc < 0 && flags)
		return failed_to_read(rc, hold->object, id);
	return rc < 0 ? failed_on(SHMBOX_ATTACH, rc, hold->object, id) : STATUS_OK;
}

/*
 * From the mark on the kernel frees it with the last attach, whatever happens to us. Before,
 * only what no process can hold back may end us: there are two system calls, and no third.
 */
static int attach_scratch(struct hold *hold, uint64_t size)
{
	const struct shmbox_spec spec = { .size = size, .mode = 0600 };
	int status = STATUS_OK;
	sigset_t before;
	int id;

	new_segment_begin(&before);
	id = shmbox_create(&spec);
	if (id >= 0)
		status = attach(hold, id, SHMBOX_MARK);
	if (status != STATUS_OK)
		remove_made(hold->object, id);
	new_segment_end(&before);
	return id < 0 ? failed(SHMBOX_CREATE, id, hold->object, &spec) : status;
}

static int populate(const struct hold *hold)
{
	struct task task = {
		.object = hold->object,
		.total = hold->map.size,
		.job.length = hold->map.size,
	};

	return task_fill(&task, &hold->map, shmbox_populate) < 0
	               ? task_out_of_memory(&task)
	               : STATUS_OK;
}

static int take(struct hold *hold)
{
	const struct args *args = hold->args;
	const struct segment *segment = &args->values[0].segment;
	int status = STATUS_OK;
	int rc = 0;

	if (segment->scratch) {
		status = attach_scratch(hold, segment->scratch_size);
	} else {
		int id = operand_id(args, 0, &status);

		if (id >= 0)
			status = attach(hold, id, 0);
	}
	if (status != STATUS_OK)
		return status;
	if (args->seen[OPT_LOCK])
		rc = shmbox_lock(hold->map.id, true);
	if (rc < 0)
		return failed_on(SHMBOX_LOCK, rc, hold->object, hold->map.id);
	return args->seen[OPT_POPULATE] ? populate(hold) : STATUS_OK;
}

static int hold_for_command(const struct hold *hold)
{
	struct shmbox_info info;
	char id[TEXT_MAX];
	char size[TEXT_MAX];
	char key[TEXT_MAX];
	int rc = shmbox_stat(hold->map.id, &info);
	int status;

	if (rc < 0) {
		failed_on(SHMBOX_STAT, rc, hold->object, hold->map.id);
		return STATUS_BEFORE_COMMAND;
	}
	snprintf(id, sizeof(id), "%d", hold->map.id);
	snprintf(size, sizeof(size), "%llu", (unsigned long long)hold->map.size);
	snprintf(key, sizeof(key), "0x%08x", (unsigned)info.key);
	if (setenv("SHM_ID", id, 1) < 0 || setenv("SHM_SIZE", size, 1) < 0 ||
	    setenv("SHM_KEY", key, 1) < 0)
		return fail(STATUS_BEFORE_COMMAND, NULL, "no memory");
	status = command_run(&hold->signals, hold->args->words + 1);
	/* nothing of ours was written there: what its end tells is COMMAND's affair */
	close(STDOUT_FILENO);
	return status;
}

static int hold_alone(const struct hold *hold)
{
	fprintf(output, "%d\n", hold->map.id);
	if (!deliver_output())
		return STATUS_FAILED;
	hold_until(&hold->signals, hold->pid, hold->watch);
	return STATUS_OK;
}

/* The id is printed last: whoever reads it finds the holder in place. */
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

		/* COMMAND's own status goes before */
		status = status == STATUS_OK && args->count == 1 ? removed : status;
	}
	return status;
}

static int run(const struct args *args)
{
	struct hold hold = { .args = args, .object = args->words[0] };
	bool command = args->count > 1;
	int status = misused(args);

	if (status == STATUS_OK)
		status = signals_block(&hold.signals, command);
	if (status == STATUS_OK)
		status = watch_pid(&hold);
	if (status == STATUS_OK)
		status = take(&hold);
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
