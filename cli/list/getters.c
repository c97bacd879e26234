/* SPDX-License-Identifier: MIT */
/* getters.c - the facts that the kernel reports about a segment, as cells */

#include <stdio.h>
#include <string.h>

#include <shmbox/shmbox.h>

#include "list/getters.h"
#include "text/text.h"

void get_id(const struct entry *entry, struct cell *cell)
{
	cell->number = (uint64_t)entry->info->id;
}

void get_key(const struct entry *entry, struct cell *cell)
{
	cell->number = (uint32_t)entry->info->key;
}

static void write_name(struct cell *cell, struct cached_name *cached, uint32_t number,
                       char *(*find)(char *out, uint32_t number))
{
	if (!cached->valid || cached->number != number) {
		find(cached->name, number);
		cached->number = number;
		cached->valid = true;
	}
	memcpy(cell->text, cached->name, sizeof(cell->text));
}

void get_owner(const struct entry *entry, struct cell *cell)
{
	write_name(cell, &entry->listing->owner, entry->info->owner_uid, text_user);
}

void get_cuser(const struct entry *entry, struct cell *cell)
{
	write_name(cell, &entry->listing->creator, entry->info->creator_uid, text_user);
}

void get_group(const struct entry *entry, struct cell *cell)
{
	write_name(cell, &entry->listing->group, entry->info->owner_gid, text_group);
}

void get_perms(const struct entry *entry, struct cell *cell)
{
	text_mode(cell->text, entry->info->mode);
}

void get_size(const struct entry *entry, struct cell *cell)
{
	cell->number = entry->info->size;
}

void get_nattch(const struct entry *entry, struct cell *cell)
{
	cell->number = entry->info->attached;
}

void get_ctime(const struct entry *entry, struct cell *cell)
{
	set_known(cell, entry->info->change_time);
}

void get_atime(const struct entry *entry, struct cell *cell)
{
	set_known(cell, entry->info->attach_time);
}

void get_dtime(const struct entry *entry, struct cell *cell)
{
	set_known(cell, entry->info->detach_time);
}

/* Pid 0 stands for a process outside our PID namespace. */
void get_cpid(const struct entry *entry, struct cell *cell)
{
	set_known(cell,
	          entry->info->creator_pid ? entry->info->creator_pid : SHMBOX_UNKNOWN);
}

/* Pid 0 may also mean that the segment was never attached. */
void get_lpid(const struct entry *entry, struct cell *cell)
{
	bool used = entry->info->attach_time || entry->info->detach_time;

	set_known(cell, entry->info->last_pid || !used ? entry->info->last_pid
	                                               : SHMBOX_UNKNOWN);
}

void get_uid(const struct entry *entry, struct cell *cell)
{
	cell->number = entry->info->owner_uid;
}

void get_gid(const struct entry *entry, struct cell *cell)
{
	cell->number = entry->info->owner_gid;
}

void get_cuid(const struct entry *entry, struct cell *cell)
{
	cell->number = entry->info->creator_uid;
}

void get_cgid(const struct entry *entry, struct cell *cell)
{
	cell->number = entry->info->creator_gid;
}

void get_rss(const struct entry *entry, struct cell *cell)
{
	set_known(cell, entry->info->resident);
}

void get_swap(const struct entry *entry, struct cell *cell)
{
	set_known(cell, entry->info->swapped);
}

void get_age(const struct entry *entry, struct cell *cell)
{
	set_known(cell, entry->listing->now - entry->info->change_time);
}

void get_hugepage(const struct entry *entry, struct cell *cell)
{
	set_known(cell, entry->info->huge_page);
}

/* Computed for whole pages, the unit of resident memory. */
void get_percent(const struct entry *entry, struct cell *cell)
{
	const struct shmbox_info *info = entry->info;
	uint64_t page = info->huge_page > 0 ? (uint64_t)info->huge_page : 4096;
	uint64_t whole = (info->size + page - 1) / page;

	cell->unknown = info->resident < 0;
	if (!cell->unknown && whole)
		cell->number = (uint64_t)info->resident / page * 100 / whole;
}

/* The bytes of pages with neither memory nor a slot in swap. */
void get_untouched(const struct entry *entry, struct cell *cell)
{
	const struct shmbox_info *info = entry->info;
	int64_t touched = info->resident + info->swapped;
	bool told = info->resident >= 0 && info->swapped >= 0;

	cell->unknown = !told;
	if (told && (uint64_t)touched < info->size)
		cell->number = info->size - (uint64_t)touched;
}

void get_ns(const struct entry *entry, struct cell *cell)
{
	cell->number = entry->info->ns;
	cell->unknown = !entry->info->ns;
}

void get_nspid(const struct entry *entry, struct cell *cell)
{
	cell->number = (uint64_t)listing_namespace(entry->listing, entry->info)->pid;
	cell->unknown = !cell->number;
}

void get_cgroup(const struct entry *entry, struct cell *cell)
{
	const struct listed_namespace *listed =
		listing_namespace(entry->listing, entry->info);

	cell->unknown = !listed->pid || listed->group_hidden;
	snprintf(cell->text, sizeof(cell->text), "%s", listed->group);
}

void get_mode(const struct entry *entry, struct cell *cell)
{
	snprintf(cell->text, sizeof(cell->text), "%03o", (unsigned)entry->info->mode);
}

void get_locked(const struct entry *entry, struct cell *cell)
{
	cell->number = entry->info->locked;
}
