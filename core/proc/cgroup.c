/* SPDX-License-Identifier: MIT */
/* cgroup.c - a short name for the control group of a process */

#include "proc/process.h"
#include "proc/procfs.h"

/* Hex digits in the id of a container, and how many of them are shown. */
enum { CONTAINER = 64, CONTAINER_SHOWN = 12 };

/* Returns the id of a container in path, or NULL if path contains no such id. */
static const char *find_container(const char *path)
{
	size_t length = 0;

	for (; *path && length < CONTAINER; path++)
		length = strchr("0123456789abcdef", *path) ? length + 1 : 0;
	return length == CONTAINER ? path - CONTAINER : NULL;
}

struct group {
	char *name;
	size_t size;
	int rc;
};

/*
 * A line is "0::/system.slice/x.service", or "4:memory:/x" with cgroup v1 (cgroups(7)).
 */
static bool take_group(const char *line, void *data)
{
	struct group *group = data;
	const char *path = strchr(line, '/');
	const char *container = path ? find_container(path) : NULL;
	const char *part;
	size_t length;

	if (!path || !path[1])
		return true;
	if (container) {
		for (part = container; part[-1] != '/';)
			part--;
		length = (size_t)(container - part) + CONTAINER_SHOWN;
	} else {
		part = strrchr(path, '/') + 1;
		length = strlen(part);
	}
	group->rc = length < group->size ? 0 : -ERANGE;
	if (group->rc == 0) {
		memcpy(group->name, part, length);
		group->name[length] = '\0';
	}
	return false;
}

int shmbox_process_cgroup(pid_t pid, char *name, size_t size)
{
	struct group group = { name, size, -ENOENT };
	char path[32];
	int rc = check_proc_entry(pid);

	if (size > 0)
		*name = '\0';
	if (rc < 0)
		return rc == -ENOENT ? -ENOSYS : rc;
	snprintf(path, sizeof(path), "/proc/%d/cgroup", (int)pid);
	rc = each_line(path, take_group, &group);
	return rc < 0 ? rc : group.rc;
}
