/* SPDX-License-Identifier: MIT */
/* remove.c - remove segments */

#include "segment/segment.h"

static int mark(int id)
{
	return shmctl(id, IPC_RMID, NULL) < 0 ? segment_error(errno) : 0;
}

/* Returns the attaches of a segment that is marked, and 0 for any other. */
static int attaches_left(const struct shmbox_info *info)
{
	if (!info->removed)
		return 0;
	return info->attached > INT32_MAX ? INT32_MAX : (int)info->attached;
}

int shmbox_remove(int id)
{
	struct shmbox_info info;
	int rc = mark(id);

	if (rc < 0)
		return rc;
	return shmbox_stat(id, &info) < 0 ? 0 : attaches_left(&info);
}

/* True if all segments that are left are fewer than count. */
static bool few_are_left(int count)
{
	struct shm_info usage;
	int highest = count > 2 ? shmctl(0, SHM_INFO, (struct shmid_ds *)&usage) : -1;

	return highest >= 0 && highest < count - 1;
}

/* Sets the results of segments that are only marked, which are among those left. */
static void find_marked(const struct shmbox_info *left, int left_count, const int *ids,
                        int *results, int count)
{
	int next = 0; /* both are often in the same order: continue after the last one */

	for (int i = 0; i < left_count; i++) {
		if (!left[i].removed)
			continue;
		for (int tried = 0; tried < count; tried++) {
			int at = (next + tried) % count;

			if (ids[at] != left[i].id || results[at] < 0)
				continue;
			results[at] = attaches_left(&left[i]);
			next = at + 1;
			break;
		}
	}
}

int shmbox_remove_many(const int *ids, int *results, int count)
{
	struct shmbox_info *left = NULL;
	int left_count = -1;
	int removed = 0;

	for (int i = 0; i < count; i++) {
		results[i] = mark(ids[i]);
		removed += results[i] == 0;
	}
	if (few_are_left(count))
		left_count = shmbox_list(&left);
	if (left_count >= 0) {
		find_marked(left, left_count, ids, results, count);
		free(left);
		return removed;
	}
	for (int i = 0; i < count; i++) {
		struct shmbox_info info;

		if (results[i] == 0 && shmbox_stat(ids[i], &info) == 0)
			results[i] = attaches_left(&info);
	}
	return removed;
}
