/* lookup.c - the id of the segment that a name or a place of the kernel stands for */

#include "segment/segment.h"

int place_holder(int id)
{
	struct shmid_ds ds;
	int holder = shmctl(id, SHM_STAT_ANY, &ds);

	/* before 4.17, of what we may read */
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
	/* shmget(2) would create one */
	if (ref.key == IPC_PRIVATE)
		return -EINVAL;
	id = shmget(ref.key, 0, 0);
	/* it asks for no permission, so that anything else is a refusal */
	if (id < 0 && errno != ENOENT)
		return id_in_table(ref.key, -errno);
	return id < 0 ? -errno : id;
}
