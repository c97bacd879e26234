/* SPDX-License-Identifier: MIT */
/* getters_processes.c - the facts that depend on processes, as cells */

#include <errno.h>
#include <string.h>

#include <shmbox/shmbox.h>

#include "list/getters.h"
#include "list/programs.h"
#include "text/text.h"

/* An attached segment is never an orphan: it needs no verdict. */
static enum shmbox_orphan orphan_of(const struct entry *entry)
{
	return entry->info->attached ? SHMBOX_ORPHAN_NO
	                             : listing_judge(entry->listing, entry->info)->orphan;
}

/* The colour repeats what the words say. */
void get_status(const struct entry *entry, struct cell *cell)
{
	static const char *const orphans[] = {
		[SHMBOX_ORPHAN_UNKNOWN] = "?",
		[SHMBOX_ORPHAN_NO] = NULL,
		[SHMBOX_ORPHAN_YES] = "orphan",
	};
	enum shmbox_orphan orphan = orphan_of(entry);
	const char *const words[] = {
		orphans[orphan],
		entry->info->removed ? "removed" : NULL,
		entry->info->locked ? "locked" : NULL,
	};
	char *end = cell->text;

	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
		if (words[i] && end > cell->text)
			*end++ = ',';
		if (words[i])
			end = stpcpy(end, words[i]);
	}
	if (orphan == SHMBOX_ORPHAN_YES)
		cell->colour = YELLOW;
	else if (orphan == SHMBOX_ORPHAN_NO && entry->info->removed)
		cell->colour = RED;
}

void get_command(const struct entry *entry, struct cell *cell)
{
	const char *name;
	int found = name_creator(entry, &name);

	/* the cell of a creator that has exited is empty, not unknown */
	cell->unknown = found == -ENOENT;
	cell->nameless = found == 0 && !*name;
	if (found == 0)
		stpcpy(cell->text, name);
}

void get_args(const struct entry *entry, struct cell *cell)
{
	int found = creator_args(entry, &cell->longer);

	cell->unknown = found == -ENOENT;
	cell->nameless = found >= 0 && !*cell->longer;
	if (found >= 0)
		text_cut(cell->text, sizeof(cell->text), cell->longer, (size_t)found);
}

void get_idle(const struct entry *entry, struct cell *cell)
{
	set_known(cell, listing_judge(entry->listing, entry->info)->idle);
}

void get_orphan(const struct entry *entry, struct cell *cell)
{
	enum shmbox_orphan orphan = listing_judge(entry->listing, entry->info)->orphan;

	cell->unknown = orphan == SHMBOX_ORPHAN_UNKNOWN;
	cell->number = orphan == SHMBOX_ORPHAN_YES;
}

static void get_fate(enum shmbox_fate fate, struct cell *cell)
{
	static const char words[][10] = {
		[SHMBOX_FATE_NONE] = "",
		[SHMBOX_FATE_ALIVE] = "alive",
		[SHMBOX_FATE_ELSEWHERE] = "elsewhere",
		[SHMBOX_FATE_ENDED] = "ended",
	};

	cell->unknown = fate == SHMBOX_FATE_UNKNOWN;
	if (!cell->unknown)
		stpcpy(cell->text, words[fate]);
}

void get_creator(const struct entry *entry, struct cell *cell)
{
	get_fate(listing_judge(entry->listing, entry->info)->creator, cell);
}

void get_last(const struct entry *entry, struct cell *cell)
{
	get_fate(listing_judge(entry->listing, entry->info)->last, cell);
}

void get_reason(const struct entry *entry, struct cell *cell)
{
	listing_reason(entry->listing, entry->info, cell->text);
}

void get_holders(const struct entry *entry, struct cell *cell)
{
	cell->holding = listing_holding(entry->listing, entry->info);
	cell->unknown = !cell->holding.mappings && !cell->holding.complete;
	cell->number = (uint64_t)cell->holding.mappings; /* the sort key */
}

/* Removal clears the key, but mappings keep it as their name (/proc/PID/maps). */
void get_origkey(const struct entry *entry, struct cell *cell)
{
	struct holding holding = listing_holding(entry->listing, entry->info);

	if (holding.mappings)
		cell->number = (uint32_t)holding.first->key;
	else
		cell->number = (uint32_t)entry->info->key;
	cell->unknown = entry->info->removed && !holding.mappings;
}

/* Holders are better evidence than the creator and the last user. */
void get_user(const struct entry *entry, struct cell *cell)
{
	static int (*const others[])(const struct entry *entry, const char **name) = {
		name_creator,
		name_last,
	};
	struct holding holding = listing_holding(entry->listing, entry->info);
	struct cell origkey = { 0 };
	bool unknown = !holding.complete;
	char name[16];
	key_t key;

	get_origkey(entry, &origkey);
	key = (key_t)origkey.number;
	if (key && program_by_key(cell->text, key, entry->info->size))
		return;
	for (int i = 0; i < holding.mappings; i++) {
		if (shmbox_process_name(holding.first[i].pid, name) == 0 &&
		    program_by_command(cell->text, key, name))
			return;
	}
	for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++) {
		const char *process;
		int found = others[i](entry, &process);

		if (found == 0 && program_by_command(cell->text, key, process))
			return;
		unknown |= found == -ENOENT;
	}
	cell->unknown = unknown;
}
