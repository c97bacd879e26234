/* SPDX-License-Identifier: MIT */
/* perm.c - change a segment's mode, owner and locking */

#include <linux/capability.h>

#include "proc/capability.h"
#include "segment/rights.h"
#include "segment/segment.h"

int shmbox_modify(int id, const struct shmbox_change *change)
{
	struct shmbox_info info;
	struct shmid_ds ds = { 0 };
	int rc = shmbox_stat(id, &info);

	if (rc < 0)
		return rc;
	if (change->set_mode && !is_mode(change->mode))
		return -EINVAL;
	/* IPC_SET sets mode, owner and group together: keep the others as they are */
	ds.shm_perm.mode = change->set_mode ? change->mode : info.mode;
	ds.shm_perm.uid = change->set_uid ? change->uid : info.owner_uid;
	ds.shm_perm.gid = change->set_gid ? change->gid : info.owner_gid;
	if (shmctl(id, IPC_SET, &ds) == 0)
		return 0;
	/* EINVAL, but the segment exists: our user namespace lacks the user or group */
	return errno == EINVAL && shmbox_stat(id, &info) == 0 ? -EINVAL
	                                                      : segment_error(errno);
}

/* The rule of ipcperms() in ipc/util.c. */
bool owns(const struct shmbox_info *info)
{
	uid_t us = geteuid();

	return us == info->owner_uid || us == info->creator_uid;
}

bool mode_allows(const struct shmbox_info *info, mode_t wanted)
{
	mode_t granted = info->mode;

	if (owns(info))
		granted >>= 6;
	else if (in_group(info->owner_gid) || in_group(info->creator_gid))
		granted >>= 3;
	return !(wanted & ~granted & 7) || has_ipc_capability(CAP_IPC_OWNER);
}

/* The rule of ipcctl_obtain_check() in ipc/util.c. */
int shmbox_may_control(const struct shmbox_info *info)
{
	return owns(info) || has_ipc_capability(CAP_SYS_ADMIN);
}

int shmbox_lock(int id, bool locked)
{
	if (id < 0)
		return -ENOENT;
	return shmctl(id, locked ? SHM_LOCK : SHM_UNLOCK, NULL) < 0 ? segment_error(errno)
	                                                            : 0;
}
