/* shmls - list segments */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "applet.h"
#include "diag/diag.h"
#include "list/columns.h"
#include "list/filter.h"
#include "list/namespaces.h"
#include "segment/operand.h"
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
	struct filter filter;
	struct columns columns;
	unsigned needs;
	struct listing listing;
	struct shmbox_info *infos;
	int count;
};

static int held_by(const struct args *args, struct filter *filter)
{
	struct shmbox_holder *held;
	int count = shmbox_held_by((pid_t)args->option[OPT_HELD_BY].number, &held);

	filter->by_holder = true;
	/* it is asked again where it is */
	if (count == -EXDEV && args->seen[OPT_ALL_NS])
		return STATUS_OK;
	if (count < 0)
		return failed(SHMBOX_HELD, count, args->typed[OPT_HELD_BY], NULL);
	filter->held = held;
	filter->held_count = count;
	return STATUS_OK;
}

static int choose_segments(const struct args *args, struct filter *filter)
{
	int status;

	*filter = (struct filter){
		.orphan = args->seen[OPT_ORPHAN],
		.unattached = args->seen[OPT_UNATTACHED],
		.removed = args->seen[OPT_REMOVED],
		.by_key = args->seen[OPT_KEY],
		.owner = args->option[OPT_OWNER].owner,
		.min_size = args_size(args, OPT_MIN_SIZE, 0),
		.by_idle = args->seen[OPT_IDLE],
		.idle = args_size(args, OPT_IDLE, 0),
	};
	status = args_key(args, OPT_KEY, &filter->key);
	return status == STATUS_OK && args->seen[OPT_HELD_BY] ? held_by(args, filter)
	                                                      : status;
}

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
	report->needs = columns_needs(&sorted) |
	                (args->seen[OPT_IDS] ? 0 : columns_needs(&report->columns));
}

static int show(struct report *report)
{
	const struct args *args = report->args;
	const char *order = args_text(args, OPT_SORT, NULL);
	bool headings = !args->seen[OPT_NOHEADINGS];
	int status = STATUS_OK;

	if (order)
		status = sort_by_column(report->infos, report->count, order,
		                        &report->listing);
	if (status != STATUS_OK)
		return status;
	if (args->seen[OPT_IDS]) {
		for (int i = 0; i < report->count; i++)
			fprintf(output, "%d\n", report->infos[i].id);
		return STATUS_OK;
	}
	if (!args->seen[OPT_JSON])
		return print_table(&report->columns, report->infos, report->count,
		                   headings, &report->listing);
	print_json(&report->columns, report->infos, report->count, &report->listing);
	return STATUS_OK;
}

static int list_all(const struct report *report, struct shmbox_info **infos)
{
	return report->needs & NEEDS_MEMORY ? shmbox_list_counted(infos)
	                                    : shmbox_list(infos);
}

static int list_here(struct report *report)
{
	const struct args *args = report->args;
	int status = STATUS_OK;

	if (args->count)
		status = stat_operands(args, &report->infos, &report->count);
	else
		report->count = list_all(report, &report->infos);
	if (report->count < 0)
		return failed(SHMBOX_LIST, report->count, NULL, NULL);
	report->count = filter_list(&report->filter, report->infos, report->count,
	                            &report->listing);
	listing_look(&report->listing, report->infos, report->count, report->needs);
	return status;
}

/* What a process holds is told where it is: elsewhere, or when it has ended, that is nothing. */
static int look_at_holder(const struct args *args, struct filter *filter)
{
	struct shmbox_holder *held;
	int count = shmbox_held_by((pid_t)args->option[OPT_HELD_BY].number, &held);

	free((void *)filter->held);
	filter->held = held;
	filter->held_count = count < 0 ? 0 : count;
	return count == -EXDEV || count == -ESRCH || count == -ENOENT ? 0 : count;
}

/* Adds the segments of a namespace that we are in by now. */
static int list_namespace(void *data, const struct shmbox_namespace *namespace)
{
	struct report *report = data;
	struct shmbox_info *infos;
	struct shmbox_info *all;
	int count = list_all(report, &infos);

	if (count <= 0)
		return count;
	for (int i = 0; i < count; i++)
		infos[i].ns = namespace->ns;
	if (report->filter.by_holder) {
		int held = look_at_holder(report->args, &report->filter);

		if (held < 0) {
			free(infos);
			return held;
		}
	}
	count = filter_list(&report->filter, infos, count, &report->listing);
	listing_look_at(&report->listing, namespace, infos, count, report->needs);
	all = realloc(report->infos,
	              ((size_t)(report->count + count) + 1) * sizeof(*all));
	if (all) {
		memcpy(all + report->count, infos, (size_t)count * sizeof(*all));
		report->infos = all;
		report->count += count;
	}
	free(infos);
	return all ? 0 : -ENOMEM;
}

static int misused(const struct args *args)
{
	if (args->seen[OPT_IDS] && (args->seen[OPT_OUTPUT] || args->seen[OPT_JSON]))
		return misuse(NULL,
		              "--ids is a list of its own: not with --output or --json");
	if (args->seen[OPT_ALL_NS] && (args->count || args->seen[OPT_IDS]))
		return misuse(NULL,
		              "--all-ns lists everything: an id alone names nothing");
	return STATUS_OK;
}

static void tell_skipped(const struct args *args, const struct listing *listing)
{
	if (listing->undated)
		note(NULL,
		     "skipped %d segment%s with a time before the boot or in the future",
		     listing->undated, listing->undated == 1 ? "" : "s");
	if (listing->recent && !args->seen[OPT_IDLE])
		note(NULL,
		     "skipped %d segment%s idle for less than 1 minute (see --idle)",
		     listing->recent, listing->recent == 1 ? "" : "s");
	if (listing->doubts) {
		note(NULL, "of %d more it is unknown whether they are orphans",
		     listing->doubts);
		hint("shmls --output id,reason says why");
	}
}

static int run(const struct args *args)
{
	struct report report = {
		.args = args,
		.listing = {
			.bytes = args->seen[OPT_BYTES],
			.idle = args->seen[OPT_IDLE]
			                ? whole_seconds(args_size(args, OPT_IDLE, 0))
			                : ORPHAN_IDLE,
		},
	};
	int status = misused(args);

	if (status == STATUS_OK)
		status = choose_segments(args, &report.filter);
	if (status != STATUS_OK)
		return status;
	choose_columns(args, &report);
	status = args->seen[OPT_ALL_NS] ? each_namespace(list_namespace, &report)
	                                : list_here(&report);
	/* not before: what was made meanwhile would come from the future */
	report.listing.now = time(NULL);
	/* headings over nothing would say that there is nothing, which is not what failed */
	if (report.count > 0 || status == STATUS_OK || args->seen[OPT_JSON])
		status = status_join(status, show(&report));
	tell_skipped(args, &report.listing);
	listing_end(&report.listing);
	free(report.infos);
	free((void *)report.filter.held);
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
