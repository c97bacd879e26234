/* SPDX-License-Identifier: MIT */
/* copy.c - copy a segment to a memory file, and compare it with such a copy */

#include <sys/mman.h>

#include "bytes/file.h"
#include "bytes/job.h"

enum { BUFFER = 65536 }; /* bytes */

int shmbox_blank(const struct shmbox_map *map, struct shmbox_map *copy)
{
	int fd = above_streams(memory_file("shmbox"));
	int rc = 0;

	/* a refusal concerns memfd_create(2), not the segment */
	if (fd < 0)
		return errno == ENOSYS || errno == EPERM || errno == EACCES ? -EOPNOTSUPP
		                                                            : -errno;
	if (ftruncate(fd, (off_t)map->size) < 0) {
		rc = -errno;
		close(fd);
	}
	*copy = (struct shmbox_map){
		.id = map->id,
		.size = map->size,
		.copy = rc < 0 ? 0 : fd,
	};
	return rc;
}

static bool was_attached_since(const struct shmbox_map *map)
{
	struct shmbox_info info;

	return map->last_pid &&
	       (shmbox_stat(map->id, &info) < 0 || info.last_pid != map->last_pid);
}

int shmbox_copy(const struct shmbox_map *map, struct shmbox_job *job)
{
	int rc = job_begin_with_fd(map, job);

	if (rc == 0 && lseek(job->fd, (off_t)job->offset, SEEK_SET) < 0)
		rc = -errno;
	job->flags |= SHMBOX_SPARSE;
	if (rc == 0)
		rc = shmbox_send(map, job);
	if (rc == 0 && was_attached_since(map))
		return -EAGAIN;
	return rc == -ENOSPC ? -ENOMEM : rc;
}

struct comparison {
	int copy;
	uint64_t position;
	char bytes[BUFFER];
};

static int compare_piece(void *data, const void *bytes, uint64_t length)
{
	struct comparison *comparison = data;
	off_t position = (off_t)comparison->position;
	off_t written;

	comparison->position += length;
	if (!bytes) {
		written = lseek(comparison->copy, position, SEEK_DATA);
		return written >= 0 && (uint64_t)written < comparison->position ? -EAGAIN
		                                                                : 0;
	}
	if (pread(comparison->copy, comparison->bytes, (size_t)length, position) !=
	    (ssize_t)length)
		return -EIO;
	return memcmp(bytes, comparison->bytes, (size_t)length) == 0 ? 0 : -EAGAIN;
}

int shmbox_compare(const struct shmbox_map *map, struct shmbox_job *job)
{
	int rc = job_begin_with_fd(map, job);
	struct comparison *comparison = rc < 0 ? NULL : malloc(sizeof(*comparison));

	if (rc == 0)
		rc = -ENOMEM;
	if (comparison) {
		comparison->copy = job->fd;
		comparison->position = job->offset;
		rc = shmbox_walk(map, job, compare_piece, comparison);
	}
	free(comparison);
	return rc;
}
