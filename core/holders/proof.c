/* SPDX-License-Identifier: MIT */
/*
 * proof.c - whether a mapped file can be a segment of our IPC namespace
 *
 * The segments of all IPC namespaces are files of one file system, with the id as inode
 * number. A mapping of a segment in another IPC namespace can therefore look like one of
 * ours. The file belongs to the creator of the segment, and only root can change that: no
 * process can pass off its segment as that of another user (docs/kernel.md, Holders).
 */

#include <sys/stat.h>

#include "holders/holders.h"

int is_segment_file(const struct shmbox_holder *holder, const struct shmbox_info *info)
{
	char path[80];
	struct stat st;
	uint64_t excess;

	snprintf(path, sizeof(path), "/proc/%d/map_files/%llx-%llx", (int)holder->thread,
	         (unsigned long long)holder->start, (unsigned long long)holder->end);
	if (stat(path, &st) < 0)
		return -errno;
	excess = (uint64_t)st.st_size - info->size;
	/* the file of a segment with huge pages is rounded up to them */
	return st.st_ino == (ino_t)info->id && st.st_uid == info->creator_uid &&
	       (excess == 0 || (holder->huge_page && excess < (uint64_t)st.st_blksize));
}
