/* SPDX-License-Identifier: MIT */
/* io.c - blocking reads and writes on any descriptor */

#include <errno.h>
#include <poll.h>
#include <unistd.h>

#include "text/io.h"

/*
 * Waits for the descriptor if it would block. Returns a negated errno, -EAGAIN after a
 * wait.
 */
static int wait_or_fail(int fd, short events)
{
	struct pollfd ready = { .fd = fd, .events = events };

	if (errno != EAGAIN)
		return -errno;
	return poll(&ready, 1, -1) < 0 ? -errno : -EAGAIN;
}

ssize_t write_some(int fd, const char *bytes, size_t length)
{
	for (;;) {
		ssize_t written = write(fd, bytes, length);
		int rc = written < 0 ? wait_or_fail(fd, POLLOUT) : 0;

		if (rc != -EAGAIN)
			return rc < 0 ? rc : written;
	}
}

int write_all(int fd, const char *bytes, size_t length)
{
	while (length > 0) {
		ssize_t written = write_some(fd, bytes, length);

		if (written == -EINTR)
			continue;
		if (written < 0)
			return (int)written;
		bytes += written;
		length -= (size_t)written;
	}
	return 0;
}

ssize_t read_some(int fd, char *buffer, size_t length)
{
	for (;;) {
		ssize_t got = read(fd, buffer, length);
		int rc = got < 0 ? wait_or_fail(fd, POLLIN) : 0;

		if (rc != -EAGAIN)
			return rc < 0 ? rc : got;
	}
}
