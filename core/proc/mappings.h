/* SPDX-License-Identifier: MIT */
/* mappings.h - the shared file mappings of a process */
#ifndef MAPPINGS_H
#define MAPPINGS_H

#include "core.h"

struct mapping {
	uint64_t start;
	uint64_t end;
	uint64_t inode;
	dev_t device;
	bool writable;
	uint64_t page; /* page size in bytes; 0: unknown */
	const char *name;
};

/*
 * Calls each(mapping, data) for every shared file mapping until each() returns false.
 * Returns 0 or a negated errno: -EACCES if we may not inspect the process, -ENOENT if it
 * has exited, -ESRCH if it has no memory. Kernel threads have no memory, nor has a thread
 * that has exited before the other threads of its process.
 */
int each_mapping(pid_t pid, bool (*each)(const struct mapping *mapping, void *data),
                 void *data);

/* Facts from /proc/PID/smaps about the mappings of one segment in one process. */
struct smaps {
	int64_t resident; /* bytes in memory, the sum of all mappings */
	int64_t page;     /* page size in bytes */
};

/*
 * Reads smaps for count mappings of one process, sorted by address. Returns false if the
 * process has exited or one of the mappings is gone. Pid 0 means our own process: this
 * works even if /proc belongs to another PID namespace.
 */
bool read_smaps(const struct shmbox_holder *holders, int count, struct smaps *smaps);

#endif
