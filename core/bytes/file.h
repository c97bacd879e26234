/* file.h - a segment as a file, and whether pages of it may be in swap */
#ifndef FILE_H
#define FILE_H

#include "core.h"

/* ---- file.c ---- */

/*
 * A file in memory, which is never run: a descriptor, or -1 with errno. vm.memfd_noexec=2 refuses
 * those that may be run, and kernels before 6.3 do not know of others.
 */
static inline int memory_file(const char *name)
{
	enum { CLOEXEC = 1, NOEXEC_SEAL = 8 };
	int fd = (int)syscall(SYS_memfd_create, name, CLOEXEC | NOEXEC_SEAL);

	return fd < 0 && errno == EINVAL ? (int)syscall(SYS_memfd_create, name, CLOEXEC)
	                                 : fd;
}

/* Where the kernel keeps segments of ordinary pages; false if that cannot be told. */
bool kernel_device(dev_t *device);

/* The descriptor, or one in its place that is no standard stream; -1 with errno set. */
int above_streams(int fd);

/*
 * The file behind a mapping of the segment: a descriptor, as writable as the map; -ENOENT if no
 * mapping begins and ends there, -ESRCH if it is of something else, or why it is not to be had.
 */
int open_file(const struct shmbox_map *map, uint64_t start, uint64_t end);
/* The same for a map that is attached, whose end depends on the size of its pages. */
int open_attached(const struct shmbox_map *map);

/* Whether a file has huge pages. */
bool is_of_huge_pages(int fd);

/* ---- swap.c ---- */

/* What may be told of swap at one moment. */
struct swap {
	bool none;       /* this machine has no swap at all */
	int64_t used;    /* bytes of the segment in swap, or SHMBOX_UNKNOWN */
	int64_t returns; /* pages that came back from swap so far, or SHMBOX_UNKNOWN */
};

/* What is known now of the segment with this id. */
struct swap look_at_swap(int id);

/* Whether a page that mincore(2) called absent between two looks was in no swap. */
bool nothing_swapped(const struct swap *before, const struct swap *after);

#endif
