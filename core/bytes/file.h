/* SPDX-License-Identifier: MIT */
/* file.h - a segment as a file, and its use of swap */
#ifndef FILE_H
#define FILE_H

#include "core.h"

/* ---- file.c ---- */

/*
 * Creates a file in memory that cannot be executed. Returns a descriptor, or -1 with
 * errno set. vm.memfd_noexec=2 refuses executable files, and kernels before 6.3 lack
 * MFD_NOEXEC_SEAL.
 */
static inline int memory_file(const char *name)
{
	enum { CLOEXEC = 1, NOEXEC_SEAL = 8 };
	int fd = (int)syscall(SYS_memfd_create, name, CLOEXEC | NOEXEC_SEAL);

	return fd < 0 && errno == EINVAL ? (int)syscall(SYS_memfd_create, name, CLOEXEC)
	                                 : fd;
}

/* Stores the device of segments with ordinary pages. Returns false if it is unknown. */
bool shm_device(dev_t *device);

/* Moves fd above the standard streams. Returns the descriptor, or -1 with errno set. */
int above_streams(int fd);

/*
 * Opens the file of the mapping from start to end, for writing too if the map is
 * writable. Returns a descriptor or a negated errno: -ENOENT if there is no such mapping,
 * -ESRCH if it maps another file, -EPERM or -EACCES without permission.
 */
int open_map_file(const struct shmbox_map *map, uint64_t start, uint64_t end);
/* Does the same for an attached map, for every page size that it may have. */
int open_attached(const struct shmbox_map *map);

/* True if a file has huge pages. */
bool is_hugetlbfs(int fd);

/* ---- swap.c ---- */

/* The use of swap at one moment. */
struct swap {
	bool none;       /* the machine has no swap */
	int64_t used;    /* bytes of the segment in swap, or SHMBOX_UNKNOWN */
	int64_t swapins; /* pages read from swap since the boot, or SHMBOX_UNKNOWN */
};

/* Reads the use of swap by the segment id and by the machine. */
struct swap read_swap(int id);

/*
 * True if no page of the segment was in swap between before and after: a page that
 * mincore(2) reports as absent is then a hole (docs/kernel.md, Holes).
 */
bool nothing_swapped(const struct swap *before, const struct swap *after);

#endif
