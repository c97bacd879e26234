/* SPDX-License-Identifier: MIT */
/* directory.c - the entries of a directory of /proc or /sys */

#include <fcntl.h>

#include "proc/procfs.h"

enum { ENTRIES = 2048 }; /* bytes for the entries that one call returns */

/* struct linux_dirent64 of getdents(2). */
struct entry {
	uint64_t inode;
	int64_t next;
	uint16_t length;
	unsigned char type;
	char name[];
};

/* opendir(3) allocates memory, which may fail; the system call needs only a buffer. */
int each_name(const char *path, bool (*each)(const char *name, void *data), void *data)
{
	_Alignas(struct entry) char buffer[ENTRIES];
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	const struct entry *entry;
	bool more = true;
	long got;
	int rc;

	if (fd < 0)
		return -errno;
	while (more && (got = syscall(SYS_getdents64, fd, buffer, sizeof(buffer))) > 0) {
		for (long at = 0; more && at < got; at += entry->length) {
			entry = (const struct entry *)(const void *)(buffer + at);
			more = each(entry->name, data);
		}
	}
	rc = more && got < 0 ? -errno : 0;
	close(fd);
	return rc;
}

struct numbers {
	bool (*each)(pid_t number, void *data);
	void *data;
};

static bool pass_number(const char *name, void *data)
{
	const struct numbers *numbers = data;
	pid_t number = (pid_t)next_number(&name, 10);

	return !name || *name || numbers->each(number, numbers->data);
}

int each_number(const char *path, bool (*each)(pid_t number, void *data), void *data)
{
	struct numbers numbers = { each, data };

	return each_name(path, pass_number, &numbers);
}

int each_thread(pid_t pid, bool (*each)(pid_t thread, void *data), void *data)
{
	char path[32];

	snprintf(path, sizeof(path), "/proc/%d/task", (int)pid);
	return each_number(path, each, data);
}
