/* SPDX-License-Identifier: MIT */
/* table.c - the table of segments in /proc */

#include "proc/procfs.h"
#include "segment/segment.h"

enum { COLUMNS = 16 };

/* The columns are in the order of sysvipc_shm_proc_show() in ipc/shm.c. */
static bool parse_row(const char *line, struct shmbox_info *info)
{
	enum {
		KEY,
		ID,
		PERMS,
		SIZE,
		CPID,
		LPID,
		NATTCH,
		UID,
		GID,
		CUID,
		CGID,
		ATIME,
		DTIME,
		CTIME,
		RSS,
		SWAP
	};
	int64_t value[COLUMNS] = { 0 };

	for (int i = 0; i < COLUMNS; i++) {
		value[i] = (int64_t)next_number(&line, i == PERMS ? 8 : 10);
		if (!line)
			return false;
	}
	*info = (struct shmbox_info){
		.id = (int)value[ID],
		.key = (key_t)value[KEY],
		.size = (uint64_t)value[SIZE],
		.mode = (mode_t)value[PERMS] & 0777,
		.removed = value[PERMS] & SHM_DEST,
		.locked = value[PERMS] & SHM_LOCKED,
		.attached = (uint64_t)value[NATTCH],
		.creator_pid = (pid_t)value[CPID],
		.last_pid = (pid_t)value[LPID],
		.owner_uid = (uid_t)value[UID],
		.owner_gid = (gid_t)value[GID],
		.creator_uid = (uid_t)value[CUID],
		.creator_gid = (gid_t)value[CGID],
		.attach_time = value[ATIME],
		.detach_time = value[DTIME],
		.change_time = value[CTIME],
		.resident = SHMBOX_UNKNOWN,
		.swapped = value[SWAP],
		.counted = true,
		.count = value[RSS],
		.huge_page = SHMBOX_UNKNOWN,
	};
	return true;
}

struct rows {
	bool (*each)(const struct shmbox_info *row, void *data);
	void *data;
};

static bool pass_row(const char *line, void *data)
{
	const struct rows *rows = data;
	struct shmbox_info row;

	/* the first line has the names of the columns: parse_row() fails */
	return !parse_row(line, &row) || rows->each(&row, rows->data);
}

int each_row(bool (*each)(const struct shmbox_info *row, void *data), void *data)
{
	struct rows rows = { each, data };

	return each_line("/proc/sysvipc/shm", pass_row, &rows);
}
