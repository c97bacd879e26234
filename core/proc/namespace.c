/* SPDX-License-Identifier: MIT */
/* namespace.c - IPC namespaces: identify, list and enter them */

#include <fcntl.h>
#include <linux/nsfs.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include "proc/namespace.h"
#include "proc/procfs.h"

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

/*
 * Opens the user namespace that owns the IPC namespace; before Linux 4.9, that of the
 * process.
 */
static int open_owner(pid_t pid, int ipc)
{
	int fd = ioctl(ipc, NS_GET_USERNS);

	return fd >= 0 ? fd : open_namespace(pid, "user");
}

int shares_namespace(pid_t pid, const char *kind)
{
	char path[48];
	struct stat there;
	struct stat here;

	snprintf(path, sizeof(path), "/proc/%d/ns/%s", (int)pid, kind);
	if (stat(path, &there) < 0)
		return -errno;
	/* threads may be in different namespaces; /proc/self is the first thread */
	snprintf(path, sizeof(path), "/proc/thread-self/ns/%s", kind);
	if (stat(path, &here) < 0)
		return -errno;
	return there.st_ino == here.st_ino && there.st_dev == here.st_dev;
}

/*
 * Returns the inode of the IPC namespace of a process, or of this thread if pid is 0; or
 * a negated errno.
 */
static int64_t namespace_number(pid_t pid)
{
	char path[48] = "/proc/thread-self/ns/ipc";
	struct stat st;

	if (pid)
		snprintf(path, sizeof(path), "/proc/%d/ns/ipc", (int)pid);
	return stat(path, &st) < 0 ? -errno : (int64_t)st.st_ino;
}

int shmbox_own_namespace(struct shmbox_namespace *here)
{
	int64_t ns = proc_is_ours() ? namespace_number(0) : -ENOENT;

	if (ns < 0)
		return (int)ns;
	*here = (struct shmbox_namespace){ .ns = (uint64_t)ns,
		                           .pid = (pid_t)syscall(SYS_gettid) };
	return 0;
}

static struct shmbox_namespace *find(struct shmbox_namespace *all, int count, uint64_t ns)
{
	for (int i = 0; i < count; i++) {
		if (all[i].ns == ns)
			return &all[i];
	}
	return NULL;
}

struct listing {
	struct shmbox_namespace *all;
	int count;
	int hidden;
	int rc;
};

static bool add_namespace(pid_t pid, void *data)
{
	struct listing *listing = data;
	int64_t ns = namespace_number(pid);
	struct shmbox_namespace *entry;

	/* a process that has exited is in no namespace, and hides none */
	listing->hidden += ns < 0 && ns != -ENOENT && ns != -ESRCH;
	if (ns < 0)
		return true;
	entry = find(listing->all, listing->count, (uint64_t)ns);
	if (entry) {
		entry->pid = pid < entry->pid ? pid : entry->pid;
		return true;
	}
	entry = grow_block(listing->all, (size_t)listing->count, sizeof(*entry));
	if (!entry) {
		listing->rc = -ENOMEM;
		return false;
	}
	listing->all = entry;
	entry[listing->count++] =
		(struct shmbox_namespace){ .ns = (uint64_t)ns, .pid = pid };
	return true;
}

int shmbox_namespaces(struct shmbox_namespace **out, int *hidden)
{
	struct listing listing = { 0 };
	int rc = proc_is_ours() ? each_number("/proc", add_namespace, &listing) : -ENOSYS;

	*out = NULL;
	if (rc == 0)
		rc = listing.rc;
	if (rc < 0) {
		free(listing.all);
		return rc == -ENOENT ? -ENOSYS : rc;
	}
	*out = listing.all;
	*hidden = listing.hidden;
	return listing.count;
}

/*
 * Opens the IPC namespace of a process as *ipc, and enters it. Returns 0 or a negated
 * errno; *ipc may be open even after a failure, and is negative otherwise.
 */
static int visit(pid_t pid, int *ipc)
{
	*ipc = open_namespace(pid, "ipc");
	if (*ipc == -ENOENT)
		return shmbox_process_alive(pid) ? -EOPNOTSUPP : -ESRCH;
	if (*ipc < 0)
		return *ipc;
	/* setns(2) requires a capability even for the namespace that we are in */
	if (shares_namespace(pid, "ipc") > 0)
		return 0;
	return setns(*ipc, CLONE_NEWIPC) < 0 ? -errno : 0;
}

int shmbox_visit(pid_t pid)
{
	int ipc;
	int rc = visit(pid, &ipc);

	if (ipc >= 0)
		close(ipc);
	return rc;
}

int shmbox_enter(pid_t pid)
{
	int ipc;
	int rc = visit(pid, &ipc);

	if (rc == -EPERM && ipc >= 0) {
		int owner = open_owner(pid, ipc);

		if (owner >= 0) {
			if (setns(owner, CLONE_NEWUSER) == 0)
				rc = setns(ipc, CLONE_NEWIPC) < 0 ? -errno : 0;
			close(owner);
		}
	}
	if (ipc >= 0)
		close(ipc);
	return rc;
}

bool all_processes_visible(void)
{
	char text[16];

	return proc_is_ours() && read_file("/proc/1/stat", text, sizeof(text)) > 0;
}
