/* shmwho - show which processes have segments attached */

#include <stdlib.h>

#include "applet.h"
#include "diag/diag.h"
#include "list/listing.h"
#include "list/processes.h"
#include "segment/operand.h"
#include "text/json.h"
#include "text/sheet.h"

enum { OPT_JSON, OPT_PIDS };

static const struct opt options[] = {
	[OPT_JSON] = { 'J', "json", KIND_SWITCH, "print JSON" },
	[OPT_PIDS] = { 'P', "pids", KIND_SWITCH, "print only the pids" },
	{ 0 },
};

struct report {
	const struct args *args;
	struct listing listing;
	struct sheet sheet;
	struct json json;
	bool begun; /* the JSON document has been begun: a segment was attached */
};

static void show_json(struct report *report, const struct shmbox_info *info,
                      const struct holding *holding)
{
	if (!report->begun) {
		json_begin(&report->json);
		json_open(&report->json, "sharedmemory", '[');
	}
	report->begun = true;
	processes_json(&report->json, info, holding);
}

static int end(struct report *report)
{
	if (report->begun) {
		json_close(&report->json, ']');
		json_end(&report->json);
	}
	return sheet_print(&report->sheet) ? STATUS_OK : out_of_memory();
}

/* Reports attaches that are not visible, or that cannot be distinguished. */
static void report_hidden(const char *word, const struct shmbox_info *info,
                          const struct holding *holding)
{
	unsigned long long attached = info->attached;

	if (holding->complete)
		return;
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

static int show_segment(struct report *report, const char *word,
                        const struct shmbox_info *info)
{
	const struct args *args = report->args;
	struct holding holding = listing_holding(&report->listing, info);

	if (!info->attached)
		return STATUS_REFUSED;
	if (args->seen[OPT_JSON])
		show_json(report, info, &holding);
	else if (args->seen[OPT_PIDS])
		processes_pids(&holding);
	else
		processes_rows(&report->sheet, args->count > 1, info->id, &holding);
	report_hidden(word, info, &holding);
	return STATUS_OK;
}

static int run(const struct args *args)
{
	struct report report = { .args = args };
	struct shmbox_info *infos;
	int status;

	if (args->seen[OPT_JSON] && args->seen[OPT_PIDS])
		return misuse(NULL, "--json and --pids cannot be combined");
	status = stat_each_operand(args, &infos);
	if (infos)
		listing_read(&report.listing, infos, args->count, NEEDS_HOLDERS);
	for (int i = 0; infos && i < args->count; i++) {
		if (infos[i].id >= 0)
			status = status_join(
				status, show_segment(&report, args->words[i], &infos[i]));
	}
	free(infos);
	status = status_join(status, end(&report));
	listing_end(&report.listing);
	return status;
}

const struct applet applet_shmwho = {
	.name = "shmwho",
	.summary = "show which processes have segments attached",
	.operands = "SEGMENT...",
	.options = options,
	.run = run,
	.capabilities = CAP(CAP_SYS_PTRACE),
};
