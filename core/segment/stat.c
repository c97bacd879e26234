/* SPDX-License-Identifier: MIT */
/* stat.c - the state of one segment */

#include "segment/segment.h"

struct shmbox_info info_from(int id, const struct shmid_ds *ds)
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

static bool match_id(const struct shmbox_info *row, void *data)
{
	struct search *search = data;

	if (row->id != search->id)
		return true;
	*search->info = *row;
	search->found = true;
	return false;
}

/* shm_segsz is as wide as a long: a 32-bit process reads the size modulo 4 GiB. */
static void restore_size(struct shmbox_info *info)
{
	struct shmbox_info whole;
	struct search search = { .id = info->id, .info = &whole };

	if (sizeof(long) < sizeof(uint64_t) && each_row(match_id, &search) == 0 &&
	    search.found)
		info->size = whole.size;
}

int shmbox_stat(int id, struct shmbox_info *info)
{
	struct search search = { .id = id, .info = info };
	struct shmid_ds ds;
	int rc;

	if (id < 0)
		return -ENOENT;
	/* the kernel uses the slot in id, and returns the id of the segment there */
	rc = shmctl(id, SHM_STAT_ANY, &ds);
	if (rc >= 0 && rc != id)
		return -ENOENT;
	if (rc < 0)
		rc = shmctl(id, IPC_STAT, &ds) < 0 ? segment_error(errno) : 0;
	if (rc >= 0) {
		*info = info_from(id, &ds);
		restore_size(info);
		return 0;
	}
	/* a refused call, or no read permission before Linux 4.17: try the table */
	if (rc != -ENOENT && each_row(match_id, &search) == 0)
		return search.found ? 0 : -ENOENT;
	return rc;
}

/*
 * Size and creator of a segment never change, and a mark for removal is never withdrawn.
 */
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
