/* namespace.c - go where another process has its segments */

#include <fcntl.h>
#include <linux/nsfs.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/stat.h>

#include "core.h"

static int open_namespace(pid_t pid, const char *kind)
{
	char path[48];
	int fd;

	if (!proc_is_ours())
		return -ENOENT;
	snprintf(path, sizeof(path), "/proc/%d/ns/%s", (int)pid, kind);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

/* The user namespace that owns the IPC namespace; before Linux 4.9, the process's own. */
static int open_owner(pid_t pid, int ipc)
{
	int fd = ioctl(ipc, NS_GET_USERNS);

	return fd >= 0 ? fd : open_namespace(pid, "user");
}

static bool is_ours(const struct stat *there)
{
	struct stat here;

	return stat("/proc/self/ns/ipc", &here) == 0 && there->st_ino == here.st_ino &&
	       there->st_dev == here.st_dev;
}

bool shares_namespace(pid_t pid)
{
	char path[48];
	struct stat there;

	snprintf(path, sizeof(path), "/proc/%d/ns/ipc", (int)pid);
	return stat(path, &there) == 0 && is_ours(&there);
}

int shmbox_enter(pid_t pid)
{
	int ipc = open_namespace(pid, "ipc");
	struct stat there;
	int rc = 0;

	if (ipc == -ENOENT)
		return shmbox_process_alive(pid) ? -EOPNOTSUPP : -ESRCH;
	if (ipc < 0)
		return ipc;
	/* to stay where we are takes no right at all */
	if (fstat(ipc, &there) < 0 || !is_ours(&there))
		rc = setns(ipc, CLONE_NEWIPC) < 0 ? -errno : 0;
	if (rc == -EPERM) {
		int owner = open_owner(pid, ipc);

		if (owner >= 0) {
			if (setns(owner, CLONE_NEWUSER) == 0)
				rc = setns(ipc, CLONE_NEWIPC) < 0 ? -errno : 0;
			close(owner);
		}
	}
	close(ipc);
	return rc;
}
