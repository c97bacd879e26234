/* SPDX-License-Identifier: MIT */
/* stream.c - a segment as a stdio stream */

#include "core.h"

/* fopencookie(3): a failed write must return 0 to glibc, and -1 to musl. */
#ifdef __GLIBC__
enum { WRITE_FAILED = 0 };
#else
enum { WRITE_FAILED = -1 };
#endif

struct stream {
	struct shmbox_map map;
	uint64_t position;
};

static ssize_t result(struct stream *stream, int64_t rc)
{
	if (rc < 0) {
		errno = (int)-rc;
		return -1;
	}
	stream->position += (uint64_t)rc;
	return (ssize_t)rc;
}

static ssize_t stream_read(void *cookie, char *buffer, size_t length)
{
	struct stream *stream = cookie;

	return result(stream,
	              shmbox_read(&stream->map, stream->position, buffer, length));
}

/* Writes the bytes that fit. A short write is a failure: musl would ignore the rest. */
static ssize_t stream_write(void *cookie, const char *buffer, size_t length)
{
	struct stream *stream = cookie;
	uint64_t left = stream->map.size - stream->position;
	size_t fitting = length < left ? length : (size_t)left;
	int64_t rc = shmbox_write(&stream->map, stream->position, buffer, fitting);
	ssize_t written = result(stream, rc);

	if (written >= 0 && fitting < length)
		errno = ENOSPC;
	return written < 0 || fitting < length ? WRITE_FAILED : written;
}

static int stream_seek(void *cookie, off_t *offset, int whence)
{
	struct stream *stream = cookie;
	int64_t base = whence == SEEK_SET   ? 0
	               : whence == SEEK_CUR ? (int64_t)stream->position
	                                    : (int64_t)stream->map.size;
	int64_t target = 0;

	if (__builtin_add_overflow(base, *offset, &target) || target < 0 ||
	    (uint64_t)target > stream->map.size) {
		errno = EINVAL;
		return -1;
	}
	stream->position = (uint64_t)target;
	*offset = target;
	return 0;
}

static int stream_close(void *cookie)
{
	struct stream *stream = cookie;
	int rc = shmbox_detach(&stream->map);

	free(stream);
	return result(&(struct stream){ 0 }, rc) < 0 ? EOF : 0;
}

FILE *shmbox_fopen(int id, const char *mode)
{
	static const cookie_io_functions_t functions = {
		.read = stream_read,
		.write = stream_write,
		.seek = stream_seek,
		.close = stream_close,
	};
	bool writable = mode[0] == 'w' || strchr(mode, '+');
	bool is_valid =
		(mode[0] == 'r' || mode[0] == 'w') && !mode[1 + strspn(mode + 1, "+be")];
	struct stream *stream = NULL;
	FILE *file = NULL;
	int rc = is_valid ? 0 : -EINVAL;

	if (rc == 0) {
		stream = calloc(1, sizeof(*stream));
		rc = stream ? 0 : -ENOMEM;
	}
	if (rc == 0)
		rc = shmbox_attach(id, writable ? 0 : SHMBOX_READ_ONLY, &stream->map);
	if (rc == 0) {
		file = fopencookie(stream, writable ? "r+" : "r", functions);
		if (file)
			return file;
		rc = -errno;
		shmbox_detach(&stream->map);
	}
	free(stream);
	errno = -rc;
	return NULL;
}
