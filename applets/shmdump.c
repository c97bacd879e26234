/* SPDX-License-Identifier: MIT */
/* shmdump - write segments to an archive */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "applet.h"
#include "diag/diag.h"
#include "list/filter.h"
#include "segment/choose.h"
#include "segment/operand.h"
#include "work/dump.h"
#include "work/outfile.h"
#include "work/progress.h"

enum {
	OPT_OUTPUT,
	OPT_FORCE,
	OPT_ALL,
	OPT_ORPHAN,
	OPT_UNATTACHED,
	OPT_REMOVED,
	OPT_OWNER,
	OPT_KEY,
	OPT_MIN_SIZE,
	OPT_IDLE,
	OPT_HELD_BY,
	OPT_NO_ATTACH,
	OPT_FREEZE,
	OPT_STABLE,
	OPT_NO_SUMS,
	OPT_PROGRESS,
	OPT_VERBOSE,
};

static const struct opt options[] = {
	[OPT_OUTPUT] = { 'o', "output", KIND_PATH,
	                 "write to this file, which appears when it is complete" },
	[OPT_FORCE] = { 'f', "force", KIND_SWITCH, "replace an existing file" },
	[OPT_ALL] = { 'a', "all", KIND_SWITCH,
	              "dump all segments that are not marked for removal" },
	[OPT_ORPHAN] = { 'O', "orphan", KIND_SWITCH,
	                 "dump only orphans: creator and last user have exited" },
	[OPT_UNATTACHED] = { 'U', "unattached", KIND_SWITCH,
	                     "dump only segments that are not attached" },
	[OPT_REMOVED] = { 'R', "removed", KIND_SWITCH,
	                  "dump only segments marked for removal" },
	[OPT_OWNER] = { 'u', "owner", KIND_OWNER, "dump only segments of this owner" },
	[OPT_KEY] = { 'k', "key", KIND_KEY, "dump only the segment with this key" },
	[OPT_MIN_SIZE] = { 'M', "min-size", KIND_SIZE,
	                   "dump only segments of at least this size" },
	[OPT_IDLE] = { 'I', "idle", KIND_DURATION,
	               "dump only segments idle for at least this long" },
	[OPT_HELD_BY] = { 'B', "held-by", KIND_PID,
	                  "dump only segments that this process has attached" },
	[OPT_NO_ATTACH] = { 'A', "no-attach", KIND_SWITCH,
	                    "read through an attached process and leave no trace" },
	[OPT_FREEZE] = { 'Z', "freeze", KIND_SWITCH,
	                 "copy all segments while the attached processes are stopped" },
	[OPT_STABLE] = { 'S', "stable", KIND_SWITCH,
	                 "repeat the copy until no change is seen for 20 ms" },
	[OPT_NO_SUMS] = { 'C', "no-sums", KIND_SWITCH,
	                  "write no checksums, which is faster" },
	[OPT_PROGRESS] = { 'p', "progress", KIND_SWITCH, "report progress" },
	[OPT_VERBOSE] = { 'v', "verbose", KIND_SWITCH,
	                  "report how the bytes were transferred" },
	{ 0 },
};

/* Which segments are meant. */
struct selection {
	struct filter filter;
	struct listing listing;
	struct dumped *list;
	size_t count;
	int marked; /* segments that --all leaves out: they end with their holders */
};

static int read_filter(const struct args *args, struct filter *filter)
{
	int status = choose_by_options(args, filter);
	char object[OPTION_OBJECT];
	int rc;

	filter->by_idle = args->seen[OPT_IDLE];
	filter->idle = args_size(args, OPT_IDLE, 0);
	if (status != STATUS_OK || !args->seen[OPT_HELD_BY])
		return status;
	filter->holder = (pid_t)args->option[OPT_HELD_BY].number;
	rc = filter_read_holder(filter);
	return rc < 0 ? failed(SHMBOX_HELD, rc, args_object(args, OPT_HELD_BY, object),
	                       NULL)
	              : STATUS_OK;
}

static bool is_chosen(const struct selection *selection, int id)
{
	for (size_t i = 0; i < selection->count; i++) {
		if (selection->list[i].info.id == id)
			return true;
	}
	return false;
}

/* A segment that is named twice is written once. */
static void add_chosen(const struct args *args, struct selection *selection,
                       const struct shmbox_info *infos, int count)
{
	for (int i = 0; i < count; i++) {
		struct dumped *next = &selection->list[selection->count];

		if (args->count && is_chosen(selection, infos[i].id))
			continue;
		if (!filter_passes(&selection->filter, &infos[i], &selection->listing)) {
			if (args->count)
				note(args->words[i],
				     "left out: it does not pass the filters");
			continue;
		}
		if (infos[i].removed && args->seen[OPT_ALL] && !args->seen[OPT_REMOVED]) {
			selection->marked++;
			continue;
		}
		next->info = infos[i];
		snprintf(next->text, sizeof(next->text), "%d", infos[i].id);
		next->word = args->count ? args->words[i] : next->text;
		selection->count++;
	}
}

static int choose(const struct args *args, struct selection *selection)
{
	struct shmbox_info *infos = NULL;
	int status = args->count ? stat_each_operand(args, &infos) : STATUS_OK;
	int count = args->count ? args->count : shmbox_list(&infos);

	if (count < 0)
		return failed(SHMBOX_LIST, count, NULL, NULL);
	selection->list = calloc((size_t)count + 1, sizeof(*selection->list));
	if (!selection->list)
		status = out_of_memory();
	else if (status == STATUS_OK && infos)
		add_chosen(args, selection, infos, count);
	free(infos);
	return status;
}

static int write_archive(const struct args *args, const struct selection *selection)
{
	const struct dump_options how = {
		.freeze = args->seen[OPT_FREEZE],
		.stable = args->seen[OPT_STABLE],
		.borrow = args->seen[OPT_NO_ATTACH],
		.progress = args->seen[OPT_PROGRESS],
		.verbose = args->seen[OPT_VERBOSE],
		.flags = args->seen[OPT_NO_SUMS] ? SHMBOX_NO_SUMS : 0,
	};
	const char *path = args_text(args, OPT_OUTPUT, NULL);
	struct outfile file;
	int status;

	if (!path)
		return dump_all(selection->list, selection->count, &how, STDOUT_FILENO,
		                "standard output");
	status = outfile_open(&file, path, args->seen[OPT_FORCE]);
	if (status == STATUS_OK)
		status = dump_all(selection->list, selection->count, &how, file.fd, path);
	return outfile_close(&file, status);
}

static int misused(const struct args *args)
{
	bool chosen = args->count > 0;

	for (int i = OPT_ALL; i <= OPT_HELD_BY; i++)
		chosen |= args->seen[i];
	if (!chosen)
		return misuse(NULL, "SEGMENT is missing; --all dumps all segments");
	if (args->count && args->seen[OPT_ALL])
		return misuse(args->words[0], "--all takes no SEGMENT");
	if (args->seen[OPT_FORCE] && !args->seen[OPT_OUTPUT])
		return misuse(NULL, "--force requires --output");
	if (!args->seen[OPT_OUTPUT] && isatty(STDOUT_FILENO))
		return misuse("standard output", "is a terminal; use --output or a pipe");
	return STATUS_OK;
}

static int run(const struct args *args)
{
	struct selection selection = {
		.listing = {
			.now = time(NULL),
			.idle = args->seen[OPT_IDLE]
			                ? whole_seconds(args_size(args, OPT_IDLE, 0))
			                : ORPHAN_IDLE,
		},
	};
	int status = misused(args);

	/* an unfinished output is removed at signals that end the program */
	progress_listen();
	if (status == STATUS_OK)
		status = read_filter(args, &selection.filter);
	if (status == STATUS_OK)
		status = choose(args, &selection);
	note_skipped(args->seen[OPT_IDLE], &selection.listing);
	note_segments("skipped", selection.marked, "marked for removal (see --removed)");
	if (status == STATUS_OK && selection.count == 0 && !args->seen[OPT_ALL])
		status = fail(STATUS_MISSING, NULL, "no segment passes the filters");
	if (status == STATUS_OK)
		status = write_archive(args, &selection);
	listing_end(&selection.listing);
	free((void *)selection.filter.held);
	free(selection.list);
	return status;
}

const struct applet applet_shmdump = {
	.name = "shmdump",
	.summary = "write segments to an archive",
	.operands = "[SEGMENT...]",
	.options = options,
	.run = run,
	.capabilities = CAP(CAP_IPC_OWNER) | CAP(CAP_SYS_PTRACE),
};
