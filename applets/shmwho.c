/* shmwho - the processes that have segments attached */

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "applet.h"
#include "diag/diag.h"
#include "list/listing.h"
#include "segment/operand.h"
#include "text/io.h"
#include "text/json.h"
#include "text/sheet.h"
#include "text/text.h"

enum { OPT_JSON, OPT_PIDS };

static const struct opt options[] = {
	[OPT_JSON] = { 'J', "json", KIND_SWITCH, "print JSON" },
	[OPT_PIDS] = { 'P', "pids", KIND_SWITCH, "print only the pids" },
	{ 0 },
};

/* One process, with all its mappings of one segment. */
struct process {
	pid_t pid;
	bool writable;
	uint64_t address; /* of the first */
	int64_t resident; /* bytes of all; or SHMBOX_UNKNOWN */
	int attaches;
	bool has_user;
	uid_t uid;
	char user[TEXT_MAX];
	bool has_command;
	char command[16];
};

struct report {
	const struct args *args;
	struct listing listing;
	struct sheet sheet;
	struct json json;
	bool begun; /* the headings, or the document */
};

/* The process that the first of these mappings belongs to; *used of them are its own. */
static struct process process_at(const struct shmbox_holder *holders, int count,
                                 int *used)
{
	struct process process = { .pid = holders->pid, .address = holders->start };
	int i = 0;

	for (; i < count && holders[i].pid == process.pid; i++)
		process.writable |= holders[i].writable;
	process.attaches = i;
	process.resident = shmbox_holder_memory(holders, i);
	*used = i;
	process.has_user = shmbox_process_user(process.pid, &process.uid) == 0;
	if (process.has_user)
		text_user(process.user, process.uid);
	process.has_command = shmbox_process_name(process.pid, process.command) == 0;
	return process;
}

static void json_process(struct json *json, const struct process *process)
{
	char address[TEXT_MAX];

	snprintf(address, sizeof(address), "0x%" PRIx64, process->address);
	json_open(json, NULL, '{');
	json_number(json, "pid", process->pid);
	if (process->has_user) {
		json_count(json, "uid", process->uid);
		json_text(json, "user", process->user);
	} else {
		json_null(json, "uid");
		json_null(json, "user");
	}
	json_text(json, "access", process->writable ? "rw" : "ro");
	json_text(json, "address", address);
	if (process->resident < 0)
		json_null(json, "rss");
	else
		json_number(json, "rss", process->resident);
	json_number(json, "attaches", process->attaches);
	if (process->has_command)
		json_text(json, "command", process->command);
	else
		json_null(json, "command");
	json_close(json, '}');
}

static void add_text(struct sheet *sheet, const char *text, bool blanks)
{
	char escaped[ESCAPED_MAX];

	sheet_add(sheet, text_escaped(escaped, *text ? text : "?", blanks), PLAIN);
}

static void add_process(struct report *report, int id, const struct process *process)
{
	struct sheet *sheet = &report->sheet;
	char text[TEXT_MAX];

	if (report->args->count > 1) {
		snprintf(text, sizeof(text), "%d", id);
		sheet_add(sheet, text, PLAIN);
	}
	snprintf(text, sizeof(text), "%d", (int)process->pid);
	sheet_add(sheet, text, PLAIN);
	add_text(sheet, process->has_user ? process->user : "", false);
	sheet_add(sheet, process->writable ? "rw" : "ro", PLAIN);
	snprintf(text, sizeof(text), "0x%" PRIx64, process->address);
	sheet_add(sheet, text, PLAIN);
	if (process->resident < 0)
		sheet_add(sheet, "?", PLAIN);
	else
		sheet_add(sheet, text_size(text, (uint64_t)process->resident), PLAIN);
	add_text(sheet, process->has_command ? process->command : "", true);
}

/* Not before there is something to be under them: nobody is not the same as nothing. */
static void begin(struct report *report)
{
	static const char *const headings[] = { "ID",      "PID", "USER",   "ACCESS",
		                                "ADDRESS", "RSS", "COMMAND" };
	const struct args *args = report->args;
	bool ids = args->count > 1;

	if (report->begun || args->seen[OPT_PIDS])
		return;
	report->begun = true;
	if (args->seen[OPT_JSON]) {
		json_begin(&report->json);
		json_open(&report->json, "sharedmemory", '[');
		return;
	}
	report->sheet.columns = ids ? 7 : 6;
	report->sheet.numbers = ids ? 1 | 2 | 32 : 1 | 16;
	for (size_t i = !ids; i < sizeof(headings) / sizeof(*headings); i++)
		sheet_add(&report->sheet, headings[i], PLAIN);
}

static void end(struct report *report)
{
	if (report->begun && report->args->seen[OPT_JSON]) {
		json_close(&report->json, ']');
		json_end(&report->json);
	}
}

static void show(struct report *report, const struct shmbox_info *info,
                 const struct holding *holding)
{
	const struct args *args = report->args;
	struct json *json = args->seen[OPT_JSON] ? &report->json : NULL;
	int used = 0;

	if (!holding->mappings && !json)
		return;
	begin(report);
	if (json) {
		json_open(json, NULL, '{');
		json_number(json, "id", info->id);
		json_count(json, "nattch", info->attached);
		json_number(json, "visible", holding->mappings);
		json_open(json, "holders", '[');
	}
	for (int i = 0; i < holding->mappings; i += used) {
		struct process process =
			process_at(holding->first + i, holding->mappings - i, &used);

		if (json)
			json_process(json, &process);
		else if (args->seen[OPT_PIDS])
			fprintf(output, "%d\n", (int)process.pid);
		else
			add_process(report, info->id, &process);
	}
	if (json) {
		json_close(json, ']');
		json_close(json, '}');
	}
}

/* What has to be said beside the list. */
static void warn(const char *word, const struct shmbox_info *info,
                 const struct holding *holding)
{
	unsigned long long attached = info->attached;

	if (holding->complete)
		return;
	if (holding->certain && (uint64_t)holding->mappings < info->attached)
		note(word, "%d of %llu attaches visible", holding->mappings, attached);
	else if ((uint64_t)holding->mappings > info->attached)
		note(word, "%d mappings for %llu attaches: some are shared, or not of it",
		     holding->mappings, attached);
	else
		note(word, "%d of %llu attaches visible, some of them perhaps twice",
		     holding->mappings, attached);
}

static int who(struct report *report, const char *word, const struct shmbox_info *info)
{
	struct holding holding = listing_holding(&report->listing, info);

	if (!info->attached)
		return STATUS_REFUSED;
	show(report, info, &holding);
	warn(word, info, &holding);
	return STATUS_OK;
}

static int run(const struct args *args)
{
	struct report report = { .args = args };
	struct shmbox_info *infos;
	int status;

	if (args->seen[OPT_JSON] && args->seen[OPT_PIDS])
		return misuse(NULL, "--json and --pids exclude each other");
	status = stat_each_operand(args, &infos);
	if (infos)
		listing_look(&report.listing, infos, args->count, NEEDS_HOLDERS);
	for (int i = 0; infos && i < args->count; i++) {
		if (infos[i].id >= 0)
			status = status_join(status,
			                     who(&report, args->words[i], &infos[i]));
	}
	free(infos);
	end(&report);
	listing_end(&report.listing);
	if (!sheet_print(&report.sheet))
		status = status_join(status, out_of_memory());
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
