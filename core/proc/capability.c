/* SPDX-License-Identifier: MIT */
/* capability.c - our capabilities and groups, and the user namespace where they apply */

#include <fcntl.h>
#include <linux/capability.h>
#include <linux/nsfs.h>
#include <sys/ioctl.h>
#include <sys/stat.h>

#include "proc/capability.h"

/*
 * PROC_USER_INIT_INO of include/linux/proc_ns.h: the inode of the initial user namespace.
 */
static const uint64_t first_user_namespace = 0xEFFFFFFD;

bool has_capability(unsigned number)
{
	struct __user_cap_header_struct header = { .version =
		                                           _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3] = { 0 };

	return syscall(SYS_capget, &header, data) == 0 &&
	       data[number / 32].effective >> number % 32 & 1;
}

bool in_first_user_namespace(void)
{
	struct stat st;

	/* without /proc we assume the initial user namespace */
	return stat("/proc/thread-self/ns/user", &st) < 0 ||
	       st.st_ino == first_user_namespace;
}

bool has_ipc_capability(unsigned number)
{
	int ipc;
	int owner;
	bool counts;

	if (!has_capability(number))
		return false;
	ipc = open("/proc/thread-self/ns/ipc", O_RDONLY | O_CLOEXEC);
	if (ipc < 0)
		return true;
	/* EPERM: the owning user namespace is outside ours (ioctl_nsfs(2)) */
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
