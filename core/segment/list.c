/* SPDX-License-Identifier: MIT */
/* list.c - all segments */

#include "segment/segment.h"

enum { FIRST_ROWS = 64 };

struct list {
	struct shmbox_info *infos;
	size_t count;
	size_t room;
	bool out_of_memory;
};

static bool append(struct list *list, const struct shmbox_info *info)
{
	if (list->count == list->room) {
		size_t room = list->room ? list->room * 2 : FIRST_ROWS;
		struct shmbox_info *more = realloc(list->infos, room * sizeof(*more));

		list->out_of_memory = !more;
		if (!more)
			return false;
		list->infos = more;
		list->room = room;
	}
	list->infos[list->count++] = *info;
	return true;
}

static bool append_row(const struct shmbox_info *row, void *data)
{
	return append(data, row);
}

/*
 * SHM_STAT fails with EACCES for a segment that we may not read; SHM_STAT_ANY does not.
 */
static int list_by_index(struct list *list, int command, int highest)
{
	list->count = 0;
	for (int index = 0; index <= highest; index++) {
		struct shmbox_info info;
		struct shmid_ds ds;
		int id = shmctl(index, command, &ds);

		if (id < 0 && segment_error(errno) != -ENOENT &&
		    (command != SHM_STAT || errno != EACCES))
			return -errno;
		if (id < 0)
			continue;
		info = info_from(id, &ds);
		if (!append(list, &info))
			return -ENOMEM;
	}
	return 0;
}

static int list_by_table(struct list *list)
{
	int rc;

	list->count = 0;
	rc = each_row(append_row, list);
	return list->out_of_memory ? -ENOMEM : rc;
}

/*
 * Reads the table in /proc if SHM_STAT_ANY is missing (Linux before 4.17) or refused, and
 * in a 32-bit process, where shm_segsz is too narrow. Without /proc, lists only the
 * segments that we may read (docs/kernel.md, The table).
 */
static int fill(struct list *list)
{
	struct shm_info usage;
	int highest = shmctl(0, SHM_INFO, (struct shmid_ds *)&usage);
	int rc = highest < 0 ? -errno : 0;

	if (rc == 0 && sizeof(long) == sizeof(uint64_t))
		rc = list_by_index(list, SHM_STAT_ANY, highest);
	if (rc == 0 && (list->count || usage.used_ids == 0))
		return 0;
	if (list_by_table(list) == 0)
		return 0;
	if (rc < 0 || list->out_of_memory)
		return rc < 0 ? rc : -ENOMEM;
	rc = list_by_index(list, SHM_STAT_ANY, highest);
	return rc < 0 || list->count ? rc : list_by_index(list, SHM_STAT, highest);
}

/*
 * Gives the array to the caller if rc is 0, and frees it otherwise. Returns the count or
 * rc.
 */
static int return_list(struct list *list, int rc, struct shmbox_info **out)
{
	*out = rc < 0 ? NULL : list->infos;
	if (rc < 0)
		free(list->infos);
	return rc < 0 ? rc : (int)list->count;
}

int shmbox_list(struct shmbox_info **out)
{
	struct list list = { 0 };

	return return_list(&list, fill(&list), out);
}

int shmbox_list_counted(struct shmbox_info **out)
{
	struct list list = { 0 };

	if (list_by_table(&list) == 0)
		return return_list(&list, 0, out);
	free(list.infos);
	return shmbox_list(out);
}
