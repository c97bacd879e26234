/* SPDX-License-Identifier: MIT */
/* shmls - list segments */

#include <stdio.h>
#include <time.h>

#include "applet.h"
#include "diag/diag.h"
#include "list/columns.h"
#include "segment/choose.h"
#include "segment/selection.h"
#include "text/io.h"

enum {
	OPT_OUTPUT,
	OPT_SORT,
	OPT_JSON,
	OPT_NOHEADINGS,
	OPT_BYTES,
	OPT_IDS,
	OPT_ALL_NS,
	OPT_ORPHAN,
	OPT_UNATTACHED,
	OPT_REMOVED,
	OPT_OWNER,
	OPT_KEY,
	OPT_CREATOR,
	OPT_MIN_SIZE,
	OPT_IDLE,
	OPT_HELD_BY,
};

static const struct opt options[] = {
	[OPT_OUTPUT] = { 'o', "output", KIND_COLUMNS,
	                 "show these columns, in this order" },
	[OPT_SORT] = { 's', "sort", KIND_COLUMN,
	               "sort by this column; -NAME sorts in descending order" },
	[OPT_JSON] = { 'J', "json", KIND_SWITCH, "print JSON" },
	[OPT_NOHEADINGS] = { 'y', "noheadings", KIND_SWITCH, "omit the headings" },
	[OPT_BYTES] = { 'b', "bytes", KIND_SWITCH, "print sizes in bytes" },
	[OPT_IDS] = { 'Q', "ids", KIND_SWITCH, "print only the ids" },
	[OPT_ALL_NS] = { 'a', "all-ns", KIND_SWITCH,
	                 "list the segments of all accessible IPC namespaces" },
	[OPT_ORPHAN] = { 'O', "orphan", KIND_SWITCH,
	                 "list only orphans: creator and last user have exited" },
	[OPT_UNATTACHED] = { 'U', "unattached", KIND_SWITCH,
	                     "list only segments that are not attached" },
	[OPT_REMOVED] = { 'R', "removed", KIND_SWITCH,
	                  "list only segments marked for removal" },
	[OPT_OWNER] = { 'u', "owner", KIND_OWNER, "list only segments of this owner" },
	[OPT_KEY] = { 'k', "key", KIND_KEY, "list only the segment with this key" },
	[OPT_CREATOR] = { 'C', "creator", KIND_PID,
	                  "list only segments that this process created" },
	[OPT_MIN_SIZE] = { 'M', "min-size", KIND_SIZE,
	                   "list only segments of at least this size" },
	[OPT_IDLE] = { 'I', "idle", KIND_DURATION,
	               "list only segments idle for at least this long" },
	[OPT_HELD_BY] = { 'B', "held-by", KIND_PID,
	                  "list only segments that this process has attached" },
	{ 0 },
};

static const char table_columns[] =
	"id,key,owner,perms,size,rss,nattch,status,age,command";
static const char where_columns[] = "ns,nspid,cgroup,";

struct report {
	const struct args *args;
	struct columns columns;
	struct selection selection;
};

static void choose_columns(const struct args *args, struct report *report)
{
	const char *order = args_text(args, OPT_SORT, "");
	const struct columns sorted = columns_named(order + (*order == '-'));
	char names[sizeof(where_columns) + sizeof(table_columns)];

	snprintf(names, sizeof(names), "%s%s",
	         args->seen[OPT_ALL_NS] ? where_columns : "", table_columns);
	if (args->seen[OPT_OUTPUT])
		report->columns = columns_named(args_text(args, OPT_OUTPUT, ""));
	else
		report->columns =
			args->seen[OPT_JSON] ? columns_all() : columns_named(names);
	report->selection.needs =
		columns_needs(&sorted) |
		(args->seen[OPT_IDS] ? 0 : columns_needs(&report->columns));
}

static int show(struct report *report)
{
	const struct args *args = report->args;
	struct shmbox_info *infos = report->selection.infos;
	int count = report->selection.count;
	struct listing *listing = &report->selection.listing;
	const char *order = args_text(args, OPT_SORT, NULL);
	int status = order ? sort_by_column(infos, count, order, listing) : STATUS_OK;

	if (status != STATUS_OK)
		return status;
	if (args->seen[OPT_IDS]) {
		for (int i = 0; i < count; i++)
			fprintf(output, "%d\n", infos[i].id);
		return STATUS_OK;
	}
	if (!args->seen[OPT_JSON])
		return print_table(&report->columns, infos, count,
		                   !args->seen[OPT_NOHEADINGS], listing);
	print_json(&report->columns, infos, count, listing);
	return STATUS_OK;
}

static int misused(const struct args *args)
{
	if (args->seen[OPT_IDS] && (args->seen[OPT_OUTPUT] || args->seen[OPT_JSON]))
		return misuse(NULL, "--ids cannot be combined with --output or --json");
	if (args->seen[OPT_ALL_NS] && (args->count || args->seen[OPT_IDS]))
		return misuse(NULL, "--all-ns takes neither SEGMENT nor --ids: an id is "
		                    "unique only in its IPC namespace");
	return STATUS_OK;
}

static int run(const struct args *args)
{
	struct report report = { .args = args };
	struct selection *selection = &report.selection;
	int status = misused(args);

	if (status == STATUS_OK)
		status = choose_listed(args, &selection->filter);
	if (status != STATUS_OK)
		return status;
	choose_columns(args, &report);
	selection->listing.bytes = args->seen[OPT_BYTES];
	selection->listing.idle = choose_idle(args, OPT_IDLE);
	status = args->seen[OPT_ALL_NS] ? select_everywhere(selection)
	                                : select_here(selection, args);
	/*
	 * read the clock last: otherwise a segment created meanwhile could be from the
	 * future
	 */
	selection->listing.now = time(NULL);
	/* after a failure, headings without rows would look like an empty list */
	if (selection->count > 0 || status == STATUS_OK || args->seen[OPT_JSON])
		status = status_join(status, show(&report));
	note_skipped(args->seen[OPT_IDLE], &selection->listing);
	selection_end(selection);
	return status;
}

const struct applet applet_shmls = {
	.name = "shmls",
	.summary = "list segments",
	.operands = "[SEGMENT...]",
	.options = options,
	.run = run,
	.capabilities = CAP(CAP_SYS_PTRACE) | CAP(CAP_SYS_ADMIN),
};
