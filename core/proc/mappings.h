/* mappings.h - the shared mappings of files in a process */
#ifndef MAPPINGS_H
#define MAPPINGS_H

#include "core.h"

struct mapping {
	uint64_t start;
	uint64_t end;
	uint64_t inode;
	dev_t device;
	bool writable;
	uint64_t page; /* bytes of its pages; 0: not told */
	const char *name;
};

/*
 * Calls each(mapping, data) for every one until it returns false. Returns 0, or why the
 * process cannot be looked into: -EACCES; -ENOENT if it has ended; -ESRCH if it has no memory,
 * as the kernel's own have none, and a thread that has ended before the others.
 */
int each_mapping(pid_t pid, bool (*each)(const struct mapping *mapping, void *data),
                 void *data);

/* What /proc/PID/smaps tells of mappings of one segment in one process. */
struct smaps {
	int64_t resident; /* bytes, of all of them */
	int64_t page;     /* bytes */
};

/*
 * That of count holders, by address; false if the process or one of them is there no more.
 * Without a pid they are our own, also where /proc numbers processes in another way.
 */
bool read_smaps(const struct shmbox_holder *holders, int count, struct smaps *smaps);

#endif
