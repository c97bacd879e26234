/* SPDX-License-Identifier: MIT */
/* changes.c - what has changed between two rounds of a live view */

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "live/changes.h"

/* For qsort(3) and bsearch(3). */
static int by_id(const void *left, const void *right)
{
	const struct shmbox_info *a = &((const struct known *)left)->info;
	const struct shmbox_info *b = &((const struct known *)right)->info;

	if (a->ns != b->ns)
		return a->ns < b->ns ? -1 : 1;
	return (a->id > b->id) - (a->id < b->id);
}

void changes_begin(struct changes *changes)
{
	const int64_t billion = 1000000000;
	struct timespec time;
	int64_t taken;

	clock_gettime(CLOCK_MONOTONIC, &time);
	taken = time.tv_sec * billion + time.tv_nsec;
	/* not 0, which is for the first round */
	changes->elapsed = changes->taken ? taken - changes->taken + 1 : 0;
	changes->taken = taken;
	free(changes->before);
	changes->before = changes->now;
	changes->before_count = changes->now_count;
	changes->now = NULL;
	changes->now_count = 0;
}

int changes_add(struct changes *changes, const struct shmbox_info *infos, int count)
{
	size_t size = (size_t)(changes->now_count + count) + 1;
	struct known *now = realloc(changes->now, size * sizeof(*now));

	if (!now)
		return -ENOMEM;
	changes->now = now;
	for (int i = 0; i < count; i++) {
		struct known *known = &now[changes->now_count++];

		known->selected = false;
		known->info = infos[i];
		if (!changes->by_ns)
			known->info.ns = 0;
	}
	return 0;
}

static struct known *find(const struct changes *changes, struct known *list, int count,
                          const struct shmbox_info *info)
{
	struct known wanted = { .info = { .id = info->id } };

	if (changes->by_ns)
		wanted.info.ns = info->ns;
	return list ? bsearch(&wanted, list, (size_t)count, sizeof(*list), by_id) : NULL;
}

void changes_select(struct changes *changes, const struct shmbox_info *infos, int count)
{
	if (changes->now_count)
		qsort(changes->now, (size_t)changes->now_count, sizeof(*changes->now),
		      by_id);
	for (int i = 0; i < count; i++) {
		struct known *known =
			find(changes, changes->now, changes->now_count, &infos[i]);

		/* facts may have been read again since it was added */
		if (known)
			*known = (struct known){ true, infos[i] };
		if (known && !changes->by_ns)
			known->info.ns = 0;
	}
}

void changes_end(struct changes *changes)
{
	free(changes->before);
	free(changes->now);
}

/* The kernel uses an id again some time later: these facts of a segment never change so. */
static bool is_same(const struct shmbox_info *before, const struct shmbox_info *now)
{
	return before->size == now->size && before->creator_pid == now->creator_pid &&
	       before->creator_uid == now->creator_uid &&
	       before->creator_gid == now->creator_gid &&
	       before->removed <= now->removed &&
	       (before->key == now->key || now->removed) &&
	       (!before->attach_time || now->attach_time) &&
	       (!before->detach_time || now->detach_time);
}

static int compare(const struct shmbox_info *before, const struct shmbox_info *now)
{
	bool measured = before->resident >= 0 && now->resident >= 0;
	int events = 0;

	if (before->owner_uid != now->owner_uid || before->owner_gid != now->owner_gid)
		events |= IS_OWNER;
	if (before->mode != now->mode)
		events |= IS_MODE;
	if (before->attached != now->attached)
		events |= before->attached < now->attached ? IS_ATTACHED : IS_DETACHED;
	if (measured && before->resident != now->resident)
		events |= before->resident < now->resident ? IS_GREW : IS_SHRANK;
	if (before->removed != now->removed)
		events |= IS_MARKED;
	return events;
}

int changes_of(const struct changes *changes, const struct shmbox_info *info,
               const struct shmbox_info **before)
{
	const struct known *old =
		find(changes, changes->before, changes->before_count, info);
	const struct known *new = find(changes, changes->now, changes->now_count, info);

	*before = NULL;
	if (!changes->elapsed)
		return 0;
	if (new &&is_same(info, &new->info)) {
		if (!old || !is_same(&old->info, &new->info))
			return IS_CREATED;
		*before = &old->info;
		return compare(&old->info, &new->info);
	}
	if (old)
		*before = &old->info;
	return IS_REMOVED;
}
