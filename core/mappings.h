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
 * process cannot be looked into: -EACCES or -EPERM, or -ENOENT or -ESRCH if it has ended.
 */
int each_mapping(pid_t pid, bool (*each)(const struct mapping *mapping, void *data),
                 void *data);

#endif
