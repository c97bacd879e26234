/* SPDX-License-Identifier: MIT */
/* lookup.c - the id of a segment, by its key or its slot in the kernel's table */

#include "segment/segment.h"

int slot_occupant(int id)
{
	struct shmid_ds ds;
	int holder = shmctl(id, SHM_STAT_ANY, &ds);

	/* EINVAL: before Linux 4.17 only SHM_STAT, for segments that we may read */
	if (holder < 0 && errno == EINVAL)
		holder = shmctl(id, SHM_STAT, &ds);
	return holder < 0 ? segment_error(errno) : holder;
}

struct key_search {
	key_t key;
	int id;
};

static bool match_key(const struct shmbox_info *row, void *data)
{
	struct key_search *search = data;

	if (row->key == search->key)
		search->id = row->id;
	return row->key != search->key;
}

int id_in_table(key_t key, int refusal)
{
	struct key_search search = { .key = key, .id = -ENOENT };

	return each_row(match_key, &search) < 0 ? refusal : search.id;
}

int shmbox_lookup(struct shmbox_ref ref)
{
	int id;

	if (!ref.by_key)
		return ref.id < 0 ? -ENOENT : ref.id;
	/* shmget(2) would create a segment */
	if (ref.key == IPC_PRIVATE)
		return -EINVAL;
	id = shmget(ref.key, 0, 0);
	/* this call requires no permission: any other error is a refusal by a policy */
	if (id < 0 && errno != ENOENT)
		return id_in_table(ref.key, -errno);
	return id < 0 ? -errno : id;
}
