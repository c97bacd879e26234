/* SPDX-License-Identifier: MIT */
/*
 * file.c - open a segment as a file
 *
 * /proc/PID/map_files has the file of each mapping, and requires a capability
 * (docs/kernel.md, map_files).
 */

#include <fcntl.h>
#include <linux/magic.h>
#include <sys/stat.h>
#include <sys/vfs.h>

#include "bytes/file.h"
#include "proc/procfs.h"

/* Huge pages have up to 16 GiB (powerpc). */
enum { LARGEST_PAGE_SHIFT = 34 };

bool shm_device(dev_t *device)
{
	int fd = memory_file("shmbox");
	struct stat st;
	bool is_known = fd >= 0 && fstat(fd, &st) == 0;

	if (is_known)
		*device = st.st_dev;
	if (fd >= 0)
		close(fd);
	return is_known;
}

/* f_type is signed on some machines, the constant is not. */
bool is_hugetlbfs(int fd)
{
	struct statfs fs;

	return fstatfs(fd, &fs) == 0 && (unsigned)fs.f_type == HUGETLBFS_MAGIC;
}

/*
 * Checks that a file is on a file system of the kernel's own: any user may create a file
 * with the name of a segment. Returns 0, -ESRCH if it is not, or -EPERM if that is
 * unknown.
 */
static int check_device(int fd, const struct stat *st)
{
	dev_t device;

	/* which file system of huge pages is the kernel's own is unknown: accept all */
	if (is_hugetlbfs(fd))
		return 0;
	if (!shm_device(&device))
		return -EPERM;
	return device == st->st_dev ? 0 : -ESRCH;
}

/* Returns 0 if fd is the segment, -ESRCH if another file is mapped there by now. */
static int check_file(int fd, const struct shmbox_map *map)
{
	struct stat st;

	if (fstat(fd, &st) < 0)
		return -errno;
	/* the file of a segment with huge pages is rounded up to them */
	if (st.st_ino != (ino_t)map->id || (uint64_t)st.st_size < map->size ||
	    (uint64_t)st.st_size - map->size >= (uint64_t)st.st_blksize)
		return -ESRCH;
	return map->address ? 0 : check_device(fd, &st);
}

/* With the number of a closed standard stream, the file would be used by mistake. */
int above_streams(int fd)
{
	int higher = fd;

	if (fd >= 0 && fd <= STDERR_FILENO) {
		higher = fcntl(fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
		close(fd);
	}
	return higher;
}

int open_map_file(const struct shmbox_map *map, uint64_t start, uint64_t end)
{
	char path[80];
	int flags = (map->writable ? O_RDWR : O_RDONLY) | O_CLOEXEC;
	int rc;
	int fd;

	/* map_files exists for a process only: there is no /proc/thread-self/map_files */
	if (map->address)
		snprintf(path, sizeof(path), "/proc/self/map_files/%llx-%llx",
		         (unsigned long long)start, (unsigned long long)end);
	else
		snprintf(path, sizeof(path), "/proc/%d/map_files/%llx-%llx",
		         (int)map->holder.thread, (unsigned long long)start,
		         (unsigned long long)end);
	fd = above_streams(open(path, flags));
	if (fd < 0)
		return -errno;
	rc = check_file(fd, map);
	if (rc < 0) {
		close(fd);
		return rc;
	}
	return fd;
}

/* The name has the end of the mapping, which depends on the page size: try every size. */
int open_attached(const struct shmbox_map *map)
{
	uint64_t start = (uintptr_t)map->address;
	uint64_t length = 0;
	int fd = -ENOENT;

	for (uint64_t unit = page_size();
	     fd == -ENOENT && unit <= UINT64_C(1) << LARGEST_PAGE_SHIFT; unit *= 2) {
		uint64_t rounded = (map->size + unit - 1) & ~(unit - 1);

		if (rounded != length)
			fd = open_map_file(map, start, start + rounded);
		length = rounded;
	}
	return fd;
}
