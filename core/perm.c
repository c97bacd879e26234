/* perm.c - change a segment's mode, owner and locking */

#include <linux/capability.h>
#include <sys/syscall.h>

#include "core.h"

int shmbox_set(int id, const struct shmbox_change *change)
{
	struct shmbox_info info;
	struct shmid_ds ds = { 0 };
	int rc = shmbox_stat(id, &info);

	if (rc < 0)
		return rc;
	/* IPC_SET takes all three, so what stays is what was */
	ds.shm_perm.mode = change->set_mode ? change->mode & 0777 : info.mode;
	ds.shm_perm.uid = change->set_uid ? change->uid : info.owner_uid;
	ds.shm_perm.gid = change->set_gid ? change->gid : info.owner_gid;
	if (shmctl(id, IPC_SET, &ds) == 0)
		return 0;
	/* EINVAL is also a user or group that this user namespace does not map */
	return errno == EINVAL && shmbox_stat(id, &info) == 0 ? -EINVAL
	                                                      : segment_error(errno);
}

bool has_capability(unsigned number)
{
	struct __user_cap_header_struct header = { .version =
		                                           _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3] = { 0 };

	return syscall(SYS_capget, &header, data) == 0 &&
	       data[number / 32].effective >> number % 32 & 1;
}

/* ipc/util.c, ipcperms(). */
bool owns(const struct shmbox_info *info)
{
	uid_t us = geteuid();

	return us == info->owner_uid || us == info->creator_uid;
}

/* ipc/util.c, ipcctl_obtain_check(). */
int shmbox_may_control(const struct shmbox_info *info)
{
	return owns(info) || has_capability(CAP_SYS_ADMIN);
}

int shmbox_lock(int id, bool locked)
{
	if (id < 0)
		return -ENOENT;
	return shmctl(id, locked ? SHM_LOCK : SHM_UNLOCK, NULL) < 0 ? segment_error(errno)
	                                                            : 0;
}
