/* SPDX-License-Identifier: MIT */
/* store.c - write bytes to a segment: to its file, by the kernel, or through the mapping */

#include <sys/resource.h>

#include "bytes/source.h"
#include "bytes/touch.h"

/* Bytes of zeros, and how many times one call writes them. */
enum { ZEROS = 4096, TIMES = 64 };

bool may_write_file(const struct source *source, uint64_t end)
{
	struct rlimit limit;

	return source->file >= 0 && !source->huge &&
	       (getrlimit(RLIMIT_FSIZE, &limit) < 0 || limit.rlim_cur >= end);
}

static int64_t write_file(struct source *source, uint64_t offset,
                          const struct iovec *buffers, size_t count)
{
	ssize_t stored;

	do
		stored = pwritev(source->file, buffers, (int)count, (off_t)offset);
	while (stored < 0 && errno == EINTR);
	source->copied |= SHMBOX_BY_BUFFER;
	return stored < 0 ? -errno : stored;
}

int64_t source_write(struct source *source, uint64_t offset, const void *bytes,
                     size_t length)
{
	struct iovec buffer = { .iov_base = (void *)bytes, .iov_len = length };
	char *to = (char *)source->map->address + offset;
	int64_t stored = 0;
	int rc;

	if (source->to_file)
		return write_file(source, offset, &buffer, 1);
	length = (size_t)window_move(&source->window, offset, length, false);
	buffer.iov_len = length;
	if (by_kernel(source, length))
		stored = kernel_copy(&source->kernel,
		                     &(struct iovec){ .iov_base = to, .iov_len = length },
		                     &buffer, 1, true);
	if (stored > 0) {
		source->copied |= source->kernel.how;
		return stored;
	}
	rc = touch(to, length, true);
	if (rc < 0)
		return rc;
	memcpy(to, bytes, length);
	source->copied |= SHMBOX_BY_COPY;
	return (int64_t)length;
}

int64_t source_zero(struct source *source, uint64_t offset, uint64_t length)
{
	char zeros[ZEROS] = "";
	struct iovec mapped = { .iov_base = (char *)source->map->address + offset };
	struct iovec buffers[TIMES];
	size_t count = 0;
	uint64_t total = 0;

	if (!source->to_file)
		length = window_move(&source->window, offset, length, false);

	for (; count < TIMES && total < length; count++) {
		buffers[count].iov_base = zeros;
		buffers[count].iov_len = (size_t)least(ZEROS, length - total);
		total += buffers[count].iov_len;
	}
	if (source->to_file)
		return write_file(source, offset, buffers, count);
	if (!by_kernel(source, total))
		return 0;
	source->copied |= source->kernel.how;
	mapped.iov_len = (size_t)total;
	return kernel_copy(&source->kernel, &mapped, buffers, count, true);
}
