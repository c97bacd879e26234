/* SPDX-License-Identifier: MIT */
/* shmwho - show which processes have segments attached */

#include <stdlib.h>

#include "applet.h"
#include "diag/diag.h"
#include "list/listing.h"
#include "list/processes.h"
#include "segment/operand.h"
#include "text/json.h"
#include "text/sheet.h"
#include "text/text.h"

enum { OPT_JSON, OPT_PIDS };

static const struct opt options[] = {
	[OPT_JSON] = { 'J', "json", KIND_SWITCH, "print JSON" },
	[OPT_PIDS] = { 'P', "pids", KIND_SWITCH, "print only the pids" },
	{ 0 },
};

struct report {
	const struct args *args;
	struct shmbox_info *infos;
	struct listing listing;
	struct sheet sheet;
	struct json json;
	bool begun; /* the JSON document has a beginning: there is a segment */
	struct pids pids;
	int incomplete; /* segments with attaches that are not shown, or may be shown twice */
	bool hidden; /* attaches are not visible */
};

static void begin_json(struct report *report)
{
	if (report->begun)
		return;
	json_begin(&report->json);
	json_open(&report->json, "sharedmemory", '[');
	report->begun = true;
}

static int end(struct report *report)
{
	if (report->begun) {
		json_close(&report->json, ']');
		json_end(&report->json);
	}
	pids_print(&report->pids);
	return sheet_print(&report->sheet) ? STATUS_OK : out_of_memory();
}

/* Reports attaches that are not visible, or that cannot be distinguished. */
static void report_hidden(const char *word, const struct shmbox_info *info,
                          const struct holding *holding)
{
	unsigned long long attached = info->attached;

	if (holding->certain && (uint64_t)holding->mappings < info->attached)
		note(word, "%d of %llu attaches visible", holding->mappings, attached);
	else if ((uint64_t)holding->mappings > info->attached)
		note(word,
		     "%d mappings for %llu attaches: some are shared, or belong to "
		     "another segment",
		     holding->mappings, attached);
	else
		note(word, "%d of %llu attaches visible; some may be counted twice",
		     holding->mappings, attached);
}

/* Whether there are processes in /proc that we cannot inspect, or that it hides. */
static bool are_processes_hidden(const struct shmbox_info *info)
{
	struct shmbox_witness witness = { 0 };
	struct shmbox_verdict verdict;
	struct shmbox_namespace *all;
	int hidden = 0;

	if (shmbox_namespaces(&all, &hidden) >= 0)
		free(all);
	shmbox_judge(info, 0, &witness, &verdict);
	return hidden > 0 || !witness.visible;
}

static void report_reason(const struct report *report)
{
	const struct shmbox_info *any = report->infos;

	if (listing_namespace(&report->listing, any)->holder_count < 0)
		hint("mount -t proc proc /proc");
	else if (are_processes_hidden(any))
		hint("run as root, or with CAP_SYS_PTRACE, to inspect all processes");
	else
		hint("run it on the host; the processes are outside this PID or IPC "
		     "namespace");
}

static int show_attached(struct report *report, const char *word,
                         const struct shmbox_info *info)
{
	const struct args *args = report->args;
	struct holding holding = listing_holding(&report->listing, info);

	if (args->seen[OPT_JSON])
		processes_json(&report->json, info, &holding);
	else if (args->seen[OPT_PIDS] && !pids_add(&report->pids, &holding))
		return out_of_memory();
	else if (!args->seen[OPT_PIDS] && !word && !holding.mappings)
		processes_unknown(&report->sheet, info->id);
	else if (!args->seen[OPT_PIDS])
		processes_rows(&report->sheet, args->count != 1, info->id, &holding);
	if (word && !holding.complete)
		report_hidden(word, info, &holding);
	report->incomplete += !holding.complete;
	report->hidden |= (uint64_t)holding.mappings < info->attached;
	return STATUS_OK;
}

static int show_operand(struct report *report, const char *word,
                        const struct shmbox_info *info)
{
	if (report->args->seen[OPT_JSON])
		begin_json(report);
	if (info->attached)
		return show_attached(report, word, info);
	if (report->args->seen[OPT_JSON])
		processes_json(&report->json, info, &(struct holding){ 0 });
	return fail(STATUS_REFUSED, word, "not attached");
}

static int show_operands(struct report *report)
{
	const struct args *args = report->args;
	int status = stat_each_operand(args, &report->infos);

	if (!report->infos)
		return status;
	listing_read(&report->listing, report->infos, args->count, NEEDS_HOLDERS);
	for (int i = 0; i < args->count; i++) {
		if (report->infos[i].id >= 0)
			status = status_join(status, show_operand(report, args->words[i],
			                                          &report->infos[i]));
	}
	return status;
}

/* Shows every segment that is attached. */
static int show_all(struct report *report)
{
	const struct args *args = report->args;
	int status = STATUS_OK;
	char segments[TEXT_MAX];
	int count = shmbox_list(&report->infos);

	if (count < 0)
		return failed(SHMBOX_LIST, count, NULL, NULL);
	if (args->seen[OPT_JSON])
		begin_json(report);
	else if (!args->seen[OPT_PIDS])
		processes_headings(&report->sheet, true);
	listing_read(&report->listing, report->infos, count, NEEDS_HOLDERS);
	for (int i = 0; i < count && status == STATUS_OK; i++) {
		if (report->infos[i].attached)
			status = show_attached(report, NULL, &report->infos[i]);
	}
	if (report->incomplete)
		note(NULL, "cannot show all attaches of %s (see shmwho SEGMENT)",
		     text_count(segments, (uint64_t)report->incomplete, "segment"));
	return status;
}

static int run(const struct args *args)
{
	struct report report = { .args = args };
	int status;

	if (args->seen[OPT_JSON] && args->seen[OPT_PIDS])
		return misuse(NULL, "--json and --pids cannot be combined");
	status = args->count ? show_operands(&report) : show_all(&report);
	if (report.hidden)
		report_reason(&report);
	status = status_join(status, end(&report));
	listing_end(&report.listing);
	free(report.infos);
	return status;
}

const struct applet applet_shmwho = {
	.name = "shmwho",
	.summary = "show which processes have segments attached",
	.operands = "[SEGMENT...]",
	.options = options,
	.run = run,
	.capabilities = CAP(CAP_SYS_PTRACE),
};
