/* SPDX-License-Identifier: MIT */
/* shmwipe - overwrite segments with zeros */

#include "applet.h"
#include "diag/diag.h"
#include "segment/held.h"
#include "segment/operand.h"
#include "work/task.h"

enum { OPT_OFFSET, OPT_LENGTH, OPT_RELEASE, OPT_FORCE, OPT_PROGRESS, OPT_VERBOSE };

static const struct opt options[] = {
	[OPT_OFFSET] = { 'o', "offset", KIND_OFFSET,
	                 "start at OFFSET; if negative, count from the end" },
	[OPT_LENGTH] = { 'l', "length", KIND_SIZE, "wipe exactly SIZE bytes" },
	[OPT_RELEASE] = { 'r', "release", KIND_SWITCH, "return the pages to the system" },
	[OPT_FORCE] = { 'f', "force", KIND_SWITCH,
	                "wipe even if the segment is attached" },
	[OPT_PROGRESS] = { 'p', "progress", KIND_SWITCH, "report progress" },
	[OPT_VERBOSE] = { 'v', "verbose", KIND_SWITCH,
	                  "report how the bytes were transferred" },
	{ 0 },
};

/* Refuses a segment that another process has attached; one attach is our own. */
static int check_unattached(const char *word, int id, struct holder_list *list)
{
	struct shmbox_info info;
	int rc = shmbox_stat(id, &info);

	if (rc < 0)
		return failed_on(SHMBOX_STAT, rc, word, id);
	if (--info.attached == 0)
		return STATUS_OK;
	refuse_held(word, &info, list);
	hint("shmwipe --force %s", word);
	return STATUS_REFUSED;
}

/* Reports why --release returned no page to the system. */
static void report_kept(const char *word, int id)
{
	struct shmbox_info info = { 0 };

	shmbox_stat(id, &info);
	note(word, "wrote zeros, but returned no page: %s",
	     info.locked ? "it is locked" : "its pages are huge, or no page is whole");
	if (info.locked)
		hint("shmset --unlock %s", word);
}

static int wipe(const struct args *args, const struct shmbox_map *map, const char *word)
{
	enum {
		WRITTEN = SHMBOX_BY_COPY | SHMBOX_BY_BUFFER | SHMBOX_BY_PROCESS_VM |
		          SHMBOX_BY_MEM
	};
	bool release = args->seen[OPT_RELEASE];
	struct task task = {
		.object = word,
		.progress = args->seen[OPT_PROGRESS],
		.verbose = args->seen[OPT_VERBOSE],
		.job.flags = release ? SHMBOX_RELEASE : 0,
	};
	struct range range;
	int status = resolve_range(
		word, map->size, args_offset(args, OPT_OFFSET, 0),
		args->seen[OPT_LENGTH] ? &args->option[OPT_LENGTH].size : NULL, &range);

	if (status != STATUS_OK)
		return status;
	task.total = range.length;
	task.job.offset = range.offset;
	task.job.length = range.length;
	status = task_run(&task, map, shmbox_wipe);
	if (status == STATUS_OK && release && task.how & WRITTEN &&
	    !(task.how & SHMBOX_BY_RELEASE))
		report_kept(word, map->id);
	return status;
}

static int wipe_segment(const struct args *args, const char *word, int id,
                        struct holder_list *list)
{
	struct shmbox_map map;
	int rc = shmbox_attach(id, 0, &map);
	int status = STATUS_OK;

	if (rc < 0)
		return failed_on(SHMBOX_ATTACH, rc, word, id);
	/*
	 * checked while it is attached here, so that no other process attaches it
	 * unnoticed
	 */
	if (!args->seen[OPT_FORCE])
		status = check_unattached(word, id, list);
	if (status == STATUS_OK)
		status = wipe(args, &map, word);
	shmbox_detach(&map);
	return status;
}

static int run(const struct args *args)
{
	struct holder_list list = { 0 };
	int status = STATUS_OK;

	for (int i = 0; i < args->count; i++) {
		int id = operand_id(args, i, &status);

		if (id >= 0)
			status = status_join(
				status, wipe_segment(args, args->words[i], id, &list));
	}
	holder_list_end(&list);
	return status;
}

const struct applet applet_shmwipe = {
	.name = "shmwipe",
	.summary = "overwrite segments with zeros",
	.operands = "SEGMENT...",
	.options = options,
	.run = run,
	.capabilities = CAP(CAP_IPC_OWNER),
	.changes = CHANGES,
};
