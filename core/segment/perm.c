/* perm.c - change a segment's mode, owner and locking */

#include <fcntl.h>
#include <linux/capability.h>
#include <linux/nsfs.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include "core.h"

/* include/linux/proc_ns.h, PROC_USER_INIT_INO: the inode of the first user namespace. */
static const uint64_t first_user_namespace = 0xEFFFFFFD;

int shmbox_set(int id, const struct shmbox_change *change)
{
	struct shmbox_info info;
	struct shmid_ds ds = { 0 };
	int rc = shmbox_stat(id, &info);

	if (rc < 0)
		return rc;
	if (change->set_mode && !is_mode(change->mode))
		return -EINVAL;
	/* IPC_SET takes all three, so what stays is what was */
	ds.shm_perm.mode = change->set_mode ? change->mode : info.mode;
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

bool in_first_user_namespace(void)
{
	struct stat st;

	/* without /proc there is hardly another one */
	return stat("/proc/thread-self/ns/user", &st) < 0 ||
	       st.st_ino == first_user_namespace;
}

bool has_capability_here(unsigned number)
{
	int ipc;
	int owner;
	bool counts;

	if (!has_capability(number))
		return false;
	ipc = open("/proc/thread-self/ns/ipc", O_RDONLY | O_CLOEXEC);
	if (ipc < 0)
		return true;
	/* EPERM: the owner is a user namespace outside of ours (ioctl_nsfs(2)) */
	owner = ioctl(ipc, NS_GET_USERNS);
	counts = owner >= 0 || errno != EPERM;
	if (owner >= 0)
		close(owner);
	close(ipc);
	return counts;
}

bool in_group(gid_t group)
{
	int count = getgroups(0, NULL);
	gid_t *groups = count > 0 ? calloc((size_t)count, sizeof(*groups)) : NULL;
	bool found = group == getegid();

	count = groups ? getgroups(count, groups) : 0;
	while (!found && count > 0)
		found = groups[--count] == group;
	free(groups);
	return found;
}

bool mode_allows(const struct shmbox_info *info, mode_t wanted)
{
	mode_t granted = info->mode;

	if (owns(info))
		granted >>= 6;
	else if (in_group(info->owner_gid) || in_group(info->creator_gid))
		granted >>= 3;
	return !(wanted & ~granted & 7) || has_capability_here(CAP_IPC_OWNER);
}

/* ipc/util.c, ipcctl_obtain_check(). */
int shmbox_may_control(const struct shmbox_info *info)
{
	return owns(info) || has_capability_here(CAP_SYS_ADMIN);
}

int shmbox_lock(int id, bool locked)
{
	if (id < 0)
		return -ENOENT;
	return shmctl(id, locked ? SHM_LOCK : SHM_UNLOCK, NULL) < 0 ? segment_error(errno)
	                                                            : 0;
}
