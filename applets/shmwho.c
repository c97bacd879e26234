/* shmwho - the processes that have segments attached */

#include <inttypes.h>

#include "applet.h"
#include "sheet.h"
#include "sight.h"

enum { OPT_JSON, OPT_PIDS };

static const struct opt options[] = {
	[OPT_JSON] = { 'J', "json", KIND_SWITCH, "print JSON" },
	[OPT_PIDS] = { 'P', "pids", KIND_SWITCH, "print pids alone" },
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

struct listing {
	const struct args *args;
	struct sight sight;
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

static void add_process(struct listing *listing, int id, const struct process *process)
{
	struct sheet *sheet = &listing->sheet;
	char text[TEXT_MAX];

	if (listing->args->count > 1) {
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
static void begin(struct listing *listing)
{
	static const char *const headings[] = { "ID",      "PID", "USER",   "ACCESS",
		                                "ADDRESS", "RSS", "COMMAND" };
	const struct args *args = listing->args;
	bool ids = args->count > 1;

	if (listing->begun || args->seen[OPT_PIDS])
		return;
	listing->begun = true;
	if (args->seen[OPT_JSON]) {
		json_begin(&listing->json);
		json_open(&listing->json, "sharedmemory", '[');
		return;
	}
	listing->sheet.columns = ids ? 7 : 6;
	listing->sheet.numbers = ids ? 1 | 2 | 32 : 1 | 16;
	for (size_t i = !ids; i < sizeof(headings) / sizeof(*headings); i++)
		sheet_add(&listing->sheet, headings[i], PLAIN);
}

static void end(struct listing *listing)
{
	if (listing->begun && listing->args->seen[OPT_JSON]) {
		json_close(&listing->json, ']');
		json_end(&listing->json);
	}
}

static void show(struct listing *listing, const struct shmbox_info *info,
                 const struct holding *holding)
{
	const struct args *args = listing->args;
	struct json *json = args->seen[OPT_JSON] ? &listing->json : NULL;
	int used = 0;

	if (!holding->mappings && !json)
		return;
	begin(listing);
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
			add_process(listing, info->id, &process);
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

static int who(struct listing *listing, const char *word, const struct shmbox_info *info)
{
	struct holding holding = sight_holding(&listing->sight, info);

	if (!info->attached)
		return STATUS_REFUSED;
	show(listing, info, &holding);
	warn(word, info, &holding);
	return STATUS_OK;
}

static int run(const struct args *args)
{
	struct listing listing = { .args = args };
	struct shmbox_info *infos;
	int status;

	if (args->seen[OPT_JSON] && args->seen[OPT_PIDS])
		return misuse(NULL, "--json and --pids exclude each other");
	status = stat_each_operand(args, &infos);
	if (infos)
		sight_look(&listing.sight, infos, args->count, NEEDS_HOLDERS);
	for (int i = 0; infos && i < args->count; i++) {
		if (infos[i].id >= 0)
			status = status_join(status,
			                     who(&listing, args->words[i], &infos[i]));
	}
	free(infos);
	end(&listing);
	sight_end(&listing.sight);
	return status_join(status, sheet_print(&listing.sheet));
}

const struct applet applet_shmwho = {
	.name = "shmwho",
	.summary = "show who has segments attached",
	.operands = "SEGMENT...",
	.options = options,
	.run = run,
	.capabilities = CAP(CAP_SYS_PTRACE),
};
