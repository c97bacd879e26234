/* SPDX-License-Identifier: MIT */
/* processes.c - the processes that have a segment attached: as a table, as JSON, as pids */

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include <shmbox/shmbox.h>

#include "list/processes.h"
#include "text/io.h"
#include "text/text.h"

/* One process, with all its mappings of one segment. */
struct process {
	pid_t pid;
	bool writable;
	uint64_t address; /* of the first mapping */
	int64_t resident; /* bytes of all mappings, or SHMBOX_UNKNOWN */
	int attaches;
	bool has_user;
	uid_t uid;
	char user[TEXT_MAX];
	bool has_command;
	char command[16];
};

/*
 * Fills in the process of the mapping at index. Returns the index after its last mapping.
 */
static int next_process(const struct holding *holding, int index, struct process *process)
{
	const struct shmbox_holder *first = &holding->first[index];
	int end = index;

	*process = (struct process){ .pid = first->pid, .address = first->start };
	for (; end < holding->mappings && holding->first[end].pid == first->pid; end++)
		process->writable |= holding->first[end].writable;
	process->attaches = end - index;
	process->resident = shmbox_holder_memory(first, process->attaches);
	process->has_user = shmbox_process_user(process->pid, &process->uid) == 0;
	if (process->has_user)
		text_user(process->user, process->uid);
	process->has_command = shmbox_process_name(process->pid, process->command) == 0;
	return end;
}

/* ---- a table ---- */

enum { COLUMNS = 7 };

void processes_headings(struct sheet *sheet, bool with_id)
{
	static const char headings[COLUMNS][8] = { "ID",      "PID", "USER",   "ACCESS",
		                                   "ADDRESS", "RSS", "COMMAND" };
	/* ID, PID and RSS: a bit for each */
	const uint64_t numbers = 1 | 1 << 1 | 1 << 5;

	sheet->columns = with_id ? COLUMNS : COLUMNS - 1;
	sheet->numbers = with_id ? numbers : numbers >> 1;
	for (int i = with_id ? 0 : 1; i < COLUMNS; i++)
		sheet_add(sheet, headings[i], PLAIN);
}

static void add_number(struct sheet *sheet, int number)
{
	char text[TEXT_MAX];

	snprintf(text, sizeof(text), "%d", number);
	sheet_add(sheet, text, PLAIN);
}

/* An empty name is unknown. */
static void add_name(struct sheet *sheet, const char *name, bool blanks)
{
	char escaped[ESCAPED_MAX];

	sheet_add(sheet, text_escaped(escaped, *name ? name : "?", blanks), PLAIN);
}

static void add_process(struct sheet *sheet, const struct process *process)
{
	char text[TEXT_MAX];

	add_number(sheet, process->pid);
	add_name(sheet, process->has_user ? process->user : "", false);
	sheet_add(sheet, process->writable ? "rw" : "ro", PLAIN);
	snprintf(text, sizeof(text), "0x%" PRIx64, process->address);
	sheet_add(sheet, text, PLAIN);
	if (process->resident < 0)
		sheet_add(sheet, "?", PLAIN);
	else
		sheet_add(sheet, text_size(text, (uint64_t)process->resident), PLAIN);
	add_name(sheet, process->has_command ? process->command : "", true);
}

void processes_rows(struct sheet *sheet, bool with_id, int id,
                    const struct holding *holding)
{
	for (int i = 0; i < holding->mappings;) {
		struct process process;

		i = next_process(holding, i, &process);
		if (!sheet->columns)
			processes_headings(sheet, with_id);
		if (with_id)
			add_number(sheet, id);
		add_process(sheet, &process);
	}
}

void processes_unknown(struct sheet *sheet, int id)
{
	if (!sheet->columns)
		processes_headings(sheet, true);
	add_number(sheet, id);
	for (int i = 1; i < COLUMNS; i++)
		sheet_add(sheet, "?", PLAIN);
}

/* ---- JSON ---- */

/* It ends in ".." if it is longer. */
static void json_args(struct json *json, pid_t pid)
{
	enum { MOST = 4096 };
	char whole[MOST + 1];
	char args[MOST];
	int length = shmbox_process_args(pid, whole, sizeof(whole));

	if (length < 0) {
		json_null(json, "args");
		return;
	}
	text_cut(args, sizeof(args), whole, (size_t)length);
	json_text(json, "args", args);
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
	json_args(json, process->pid);
	json_close(json, '}');
}

void processes_json(struct json *json, const struct shmbox_info *info,
                    const struct holding *holding)
{
	json_open(json, NULL, '{');
	json_number(json, "id", info->id);
	json_count(json, "nattch", info->attached);
	json_number(json, "visible", holding->mappings);
	json_open(json, "holders", '[');
	for (int i = 0; i < holding->mappings;) {
		struct process process;

		i = next_process(holding, i, &process);
		json_process(json, &process);
	}
	json_close(json, ']');
	json_close(json, '}');
}

/* ---- pids ---- */

bool pids_add(struct pids *pids, const struct holding *holding)
{
	size_t room = pids->count + (size_t)holding->mappings + 1;
	pid_t *more = realloc(pids->list, room * sizeof(*more));

	if (!more)
		return false;
	pids->list = more;
	for (int i = 0; i < holding->mappings; i++)
		more[pids->count++] = holding->first[i].pid;
	return true;
}

static int compare(const void *left, const void *right)
{
	const pid_t *one = left;
	const pid_t *two = right;

	return (*one > *two) - (*one < *two);
}

void pids_print(struct pids *pids)
{
	if (pids->count)
		qsort(pids->list, pids->count, sizeof(*pids->list), compare);
	for (size_t i = 0; i < pids->count; i++) {
		if (i == 0 || pids->list[i] != pids->list[i - 1])
			fprintf(output, "%d\n", (int)pids->list[i]);
	}
	free(pids->list);
}
