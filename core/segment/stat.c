/* stat.c - what the kernel says of one segment, and of all of them */

#include "core.h"

enum { FIRST_ROWS = 64 };

/* The one place where the kernel's struct becomes ours. */
static struct shmbox_info info_from(int id, const struct shmid_ds *ds)
{
	const struct ipc_perm *perm = &ds->shm_perm;

	return (struct shmbox_info){
		.id = id,
		.key = perm->__key,
		.size = ds->shm_segsz,
		.mode = perm->mode & 0777,
		.removed = perm->mode & SHM_DEST,
		.locked = perm->mode & SHM_LOCKED,
		.attached = ds->shm_nattch,
		.creator_pid = ds->shm_cpid,
		.last_pid = ds->shm_lpid,
		.owner_uid = perm->uid,
		.owner_gid = perm->gid,
		.creator_uid = perm->cuid,
		.creator_gid = perm->cgid,
		.attach_time = ds->shm_atime,
		.detach_time = ds->shm_dtime,
		.change_time = ds->shm_ctime,
		.resident = SHMBOX_UNKNOWN,
		.swapped = SHMBOX_UNKNOWN,
		.huge_page = SHMBOX_UNKNOWN,
	};
}

struct search {
	int id;
	struct shmbox_info *info;
	bool found;
};

static bool match(const struct shmbox_info *row, void *data)
{
	struct search *search = data;

	if (row->id != search->id)
		return true;
	*search->info = *row;
	search->found = true;
	return false;
}

/* segsz has the width of a long: a 32-bit process sees a large segment cut off. */
static void widen(struct shmbox_info *info)
{
	struct shmbox_info whole;
	struct search search = { .id = info->id, .info = &whole };

	if (sizeof(long) < sizeof(uint64_t) && each_row(match, &search) == 0 &&
	    search.found)
		info->size = whole.size;
}

int place_holder(int id)
{
	struct shmid_ds ds;
	int holder = shmctl(id, SHM_STAT_ANY, &ds);

	/* before 4.17, of what we may read */
	if (holder < 0 && errno == EINVAL)
		holder = shmctl(id, SHM_STAT, &ds);
	return holder < 0 ? segment_error(errno) : holder;
}

int shmbox_stat(int id, struct shmbox_info *info)
{
	struct search search = { .id = id, .info = info };
	struct shmid_ds ds;
	int rc;

	if (id < 0)
		return -ENOENT;
	/* the kernel takes an index, and an id contains its own; it answers with an id */
	rc = shmctl(id, SHM_STAT_ANY, &ds);
	if (rc >= 0 && rc != id)
		return -ENOENT;
	if (rc < 0)
		rc = shmctl(id, IPC_STAT, &ds) < 0 ? segment_error(errno) : 0;
	if (rc >= 0) {
		*info = info_from(id, &ds);
		widen(info);
		return 0;
	}
	/* what is refused, or not to be read before 4.17, the table may tell */
	if (rc != -ENOENT && each_row(match, &search) == 0)
		return search.found ? 0 : -ENOENT;
	return rc;
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

/* What never changes of a segment is the same, and a mark is never taken away. */
int shmbox_is_gone(const struct shmbox_info *info)
{
	struct shmbox_info found;
	int rc = shmbox_stat(info->id, &found);

	if (rc < 0)
		return rc == -ENOENT;
	return found.size != info->size || found.creator_pid != info->creator_pid ||
	       found.creator_uid != info->creator_uid ||
	       found.creator_gid != info->creator_gid || found.removed < info->removed;
}

struct list {
	struct shmbox_info *infos;
	size_t count;
	size_t room;
	bool full; /* there was no memory for more */
};

static bool append(struct list *list, const struct shmbox_info *info)
{
	if (list->count == list->room) {
		size_t room = list->room ? list->room * 2 : FIRST_ROWS;
		struct shmbox_info *more = realloc(list->infos, room * sizeof(*more));

		list->full = !more;
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

/* SHM_STAT shows what is readable alone. */
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
	return list->full ? -ENOMEM : rc;
}

/*
 * Kernels before 4.17, 32-bit processes and those that shmctl(2) is refused to get the table;
 * without /proc, what is readable.
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
	if (rc < 0 || list->full)
		return rc < 0 ? rc : -ENOMEM;
	rc = list_by_index(list, SHM_STAT_ANY, highest);
	return rc < 0 || list->count ? rc : list_by_index(list, SHM_STAT, highest);
}

/* What is in the list becomes the caller's, unless that went wrong. */
static int hand_over(struct list *list, int rc, struct shmbox_info **out)
{
	*out = rc < 0 ? NULL : list->infos;
	if (rc < 0)
		free(list->infos);
	return rc < 0 ? rc : (int)list->count;
}

int shmbox_list(struct shmbox_info **out)
{
	struct list list = { 0 };

	return hand_over(&list, fill(&list), out);
}

int shmbox_list_counted(struct shmbox_info **out)
{
	struct list list = { 0 };

	if (list_by_table(&list) == 0)
		return hand_over(&list, 0, out);
	free(list.infos);
	return shmbox_list(out);
}
