/* getters.c - how each column is filled */

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <shmbox/shmbox.h>

#include "list/getters.h"
#include "list/programs.h"
#include "text/text.h"

void get_id(const struct look *look, struct cell *cell)
{
	cell->number = (uint64_t)look->info->id;
}

void get_key(const struct look *look, struct cell *cell)
{
	cell->number = (uint32_t)look->info->key;
}

static void write_name(struct cell *cell, struct named *named, uint32_t number,
                       char *(*find)(char *out, uint32_t number))
{
	if (!named->known || named->number != number) {
		find(named->name, number);
		named->number = number;
		named->known = true;
	}
	memcpy(cell->text, named->name, sizeof(cell->text));
}

void get_owner(const struct look *look, struct cell *cell)
{
	write_name(cell, &look->listing->owner, look->info->owner_uid, text_user);
}

void get_cuser(const struct look *look, struct cell *cell)
{
	write_name(cell, &look->listing->maker, look->info->creator_uid, text_user);
}

void get_group(const struct look *look, struct cell *cell)
{
	write_name(cell, &look->listing->group, look->info->owner_gid, text_group);
}

void get_perms(const struct look *look, struct cell *cell)
{
	text_mode(cell->text, look->info->mode);
}

void get_size(const struct look *look, struct cell *cell)
{
	cell->number = look->info->size;
}

void get_nattch(const struct look *look, struct cell *cell)
{
	cell->number = look->info->attached;
}

/* An attached segment is never an orphan. */
static enum shmbox_orphan orphan_of(const struct look *look)
{
	return look->info->attached ? SHMBOX_ORPHAN_NO
	                            : listing_judge(look->listing, look->info)->orphan;
}

/* Colour says no more than the words do, but sooner. */
void get_status(const struct look *look, struct cell *cell)
{
	static const char *const orphans[] = {
		[SHMBOX_ORPHAN_UNKNOWN] = "?",
		[SHMBOX_ORPHAN_NO] = NULL,
		[SHMBOX_ORPHAN_YES] = "orphan",
	};
	enum shmbox_orphan orphan = orphan_of(look);
	const char *const words[] = {
		orphans[orphan],
		look->info->removed ? "removed" : NULL,
		look->info->locked ? "locked" : NULL,
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
	else if (orphan == SHMBOX_ORPHAN_NO && look->info->removed)
		cell->colour = RED;
}

/* What the kernel reports as a signed number, -1 being "unknown". */
static void known(struct cell *cell, int64_t number)
{
	cell->unknown = number < 0;
	cell->number = number < 0 ? 0 : (uint64_t)number;
}

void get_ctime(const struct look *look, struct cell *cell)
{
	known(cell, look->info->change_time);
}

void get_atime(const struct look *look, struct cell *cell)
{
	known(cell, look->info->attach_time);
}

void get_dtime(const struct look *look, struct cell *cell)
{
	known(cell, look->info->detach_time);
}

/* pid 0 is a process of another pid namespace: there is one, but not for us. */
void get_cpid(const struct look *look, struct cell *cell)
{
	known(cell, look->info->creator_pid ? look->info->creator_pid : SHMBOX_UNKNOWN);
}

/* Here 0 may also mean that nobody ever attached it. */
void get_lpid(const struct look *look, struct cell *cell)
{
	bool used = look->info->attach_time || look->info->detach_time;

	known(cell,
	      look->info->last_pid || !used ? look->info->last_pid : SHMBOX_UNKNOWN);
}

void get_uid(const struct look *look, struct cell *cell)
{
	cell->number = look->info->owner_uid;
}

void get_gid(const struct look *look, struct cell *cell)
{
	cell->number = look->info->owner_gid;
}

void get_cuid(const struct look *look, struct cell *cell)
{
	cell->number = look->info->creator_uid;
}

void get_cgid(const struct look *look, struct cell *cell)
{
	cell->number = look->info->creator_gid;
}

/*
 * What shmbox_process_name() says of a process that was at the segment at this time, and its name;
 * a younger one has only got the pid of that process. One look serves a run of segments.
 */
static int name_process(const struct look *look, pid_t pid, int64_t then,
                        const char **name)
{
	enum { SLACK = 2 }; /* seconds: of rounding, and of a clock that is slowed down */
	struct met *met = &look->listing->met;

	if (met->pid != pid || !pid) {
		met->found = shmbox_process_name(pid, met->name);
		met->began = met->found == 0 ? shmbox_process_began(pid) : 0;
		met->pid = pid;
	}
	*name = met->name;
	return met->found == 0 && met->began > then + SLACK ? -ENOENT : met->found;
}

/* The segment is older than each of its times. */
static int name_creator(const struct look *look, const char **name)
{
	const struct shmbox_info *info = look->info;
	int64_t then = info->change_time;

	if (info->attach_time && info->attach_time < then)
		then = info->attach_time;
	if (info->detach_time && info->detach_time < then)
		then = info->detach_time;
	return name_process(look, info->creator_pid, then, name);
}

static int name_last(const struct look *look, const char **name)
{
	const struct shmbox_info *info = look->info;
	int64_t then = info->attach_time > info->detach_time ? info->attach_time
	                                                     : info->detach_time;

	/* there never was one */
	if (!then && !info->last_pid)
		return -ESRCH;
	return name_process(look, info->last_pid, then, name);
}

void get_command(const struct look *look, struct cell *cell)
{
	const char *name;
	int found = name_creator(look, &name);

	/* a creator that has ended has no name, which is not the same as an unknown one */
	cell->unknown = found == -ENOENT;
	cell->nameless = found == 0 && !*name;
	if (found == 0)
		stpcpy(cell->text, name);
}

void get_rss(const struct look *look, struct cell *cell)
{
	known(cell, look->info->resident);
}

void get_swap(const struct look *look, struct cell *cell)
{
	known(cell, look->info->swapped);
}

void get_age(const struct look *look, struct cell *cell)
{
	known(cell, look->listing->now - look->info->change_time);
}

void get_idle(const struct look *look, struct cell *cell)
{
	known(cell, listing_judge(look->listing, look->info)->idle);
}

void get_orphan(const struct look *look, struct cell *cell)
{
	enum shmbox_orphan orphan = listing_judge(look->listing, look->info)->orphan;

	cell->unknown = orphan == SHMBOX_ORPHAN_UNKNOWN;
	cell->number = orphan == SHMBOX_ORPHAN_YES;
}

static void get_fate(enum shmbox_fate fate, struct cell *cell)
{
	static const char *const words[] = {
		[SHMBOX_FATE_NONE] = "",
		[SHMBOX_FATE_ALIVE] = "alive",
		[SHMBOX_FATE_ELSEWHERE] = "elsewhere",
		[SHMBOX_FATE_ENDED] = "ended",
	};

	cell->unknown = fate == SHMBOX_FATE_UNKNOWN;
	if (!cell->unknown)
		stpcpy(cell->text, words[fate]);
}

void get_creator(const struct look *look, struct cell *cell)
{
	get_fate(listing_judge(look->listing, look->info)->creator, cell);
}

void get_last(const struct look *look, struct cell *cell)
{
	get_fate(listing_judge(look->listing, look->info)->last, cell);
}

void get_reason(const struct look *look, struct cell *cell)
{
	listing_reason(look->listing, look->info, cell->text);
}

void get_holders(const struct look *look, struct cell *cell)
{
	cell->holding = listing_holding(look->listing, look->info);
	cell->unknown = !cell->holding.mappings && !cell->holding.complete;
	cell->number = (uint64_t)cell->holding.mappings; /* to be sorted by */
}

void get_hugepage(const struct look *look, struct cell *cell)
{
	known(cell, look->info->huge_page);
}

/* Of whole pages, which are what is in memory. */
void get_percent(const struct look *look, struct cell *cell)
{
	const struct shmbox_info *info = look->info;
	uint64_t page = info->huge_page > 0 ? (uint64_t)info->huge_page : 4096;
	uint64_t whole = (info->size + page - 1) / page;

	cell->unknown = info->resident < 0;
	if (!cell->unknown && whole)
		cell->number = (uint64_t)info->resident / page * 100 / whole;
}

/* The kernel has given them neither memory nor a place in swap. */
void get_untouched(const struct look *look, struct cell *cell)
{
	const struct shmbox_info *info = look->info;
	int64_t touched = info->resident + info->swapped;
	bool told = info->resident >= 0 && info->swapped >= 0;

	cell->unknown = !told;
	if (told && (uint64_t)touched < info->size)
		cell->number = info->size - (uint64_t)touched;
}

/* Removal takes the key away, but mappings go on having its name. */
void get_origkey(const struct look *look, struct cell *cell)
{
	struct holding holding = listing_holding(look->listing, look->info);

	if (holding.mappings)
		cell->number = (uint32_t)holding.first->key;
	else
		cell->number = (uint32_t)look->info->key;
	cell->unknown = look->info->removed && !holding.mappings;
}

/* Its holders say more than who made it or used it last. */
void get_user(const struct look *look, struct cell *cell)
{
	static int (*const others[])(const struct look *look, const char **name) = {
		name_creator,
		name_last,
	};
	struct holding holding = listing_holding(look->listing, look->info);
	struct cell origkey = { 0 };
	bool unknown = !holding.complete;
	char name[16];
	key_t key;

	get_origkey(look, &origkey);
	key = (key_t)origkey.number;
	if (key && program_by_key(cell->text, key, look->info->size))
		return;
	for (int i = 0; i < holding.mappings; i++) {
		if (shmbox_process_name(holding.first[i].pid, name) == 0 &&
		    program_by_command(cell->text, key, name))
			return;
	}
	for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++) {
		const char *met;
		int found = others[i](look, &met);

		if (found == 0 && program_by_command(cell->text, key, met))
			return;
		unknown |= found == -ENOENT;
	}
	cell->unknown = unknown;
}

void get_ns(const struct look *look, struct cell *cell)
{
	cell->number = look->info->ns;
	cell->unknown = !look->info->ns;
}

void get_nspid(const struct look *look, struct cell *cell)
{
	cell->number = (uint64_t)listing_place(look->listing, look->info)->pid;
	cell->unknown = !cell->number;
}

void get_cgroup(const struct look *look, struct cell *cell)
{
	const struct place *place = listing_place(look->listing, look->info);

	cell->unknown = !place->pid || place->group_hidden;
	snprintf(cell->text, sizeof(cell->text), "%s", place->group);
}

void get_locked(const struct look *look, struct cell *cell)
{
	cell->number = look->info->locked;
}
