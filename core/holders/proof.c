/*
 * proof.c - whether the file behind a mapping can be a segment that is here
 *
 * Ids are of an IPC namespace, and the kernel keeps the segments of all of them as files of
 * one file system, with the id as inode number. So a process can have a mapping that looks
 * like a segment's here, and is another's. The file belongs to the user who made it, which
 * only root can change: nobody can pass off a segment as one that another user made.
 */

#include <sys/stat.h>

#include "holders/holders.h"

int is_file_of(const struct shmbox_holder *holder, const struct shmbox_info *info)
{
	char path[80];
	struct stat st;
	uint64_t behind;

	snprintf(path, sizeof(path), "/proc/%d/map_files/%llx-%llx", (int)holder->thread,
	         (unsigned long long)holder->start, (unsigned long long)holder->end);
	if (stat(path, &st) < 0)
		return -errno;
	behind = (uint64_t)st.st_size - info->size;
	/* a file of huge pages is as large as its pages */
	return st.st_ino == (ino_t)info->id && st.st_uid == info->creator_uid &&
	       (behind == 0 || (holder->huge_page && behind < (uint64_t)st.st_blksize));
}
