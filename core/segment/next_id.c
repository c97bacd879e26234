/* SPDX-License-Identifier: MIT */
/* next_id.c - choose the id of the next segment */

#include <fcntl.h>

#include "segment/segment.h"

static const char next_id_file[] = "/proc/sys/kernel/shm_next_id";

/* Returns a descriptor, or a negated errno: -EPERM if we may not choose an id. */
static int open_next_id(void)
{
	int fd = open(next_id_file, O_WRONLY | O_CLOEXEC);

	if (fd >= 0)
		return fd;
	if (errno == EACCES)
		return -EPERM;
	/* no /proc, a kernel without the file, or a read-only /proc/sys of a container */
	return errno == ENOENT || errno == EROFS ? -EOPNOTSUPP : -errno;
}

int may_choose_id(void)
{
	int fd = open_next_id();

	if (fd < 0)
		return fd;
	close(fd);
	return 0;
}

int set_next_id(int id)
{
	char text[16];
	int length = snprintf(text, sizeof(text), "%d", id);
	int fd = open_next_id();
	int rc = 0;

	if (fd < 0)
		return fd;
	if (write(fd, text, (size_t)length) != length)
		rc = -errno;
	close(fd);
	return rc;
}
