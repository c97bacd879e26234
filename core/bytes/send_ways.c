/* SPDX-License-Identifier: MIT */
/* send_ways.c - the ways of moving bytes of a segment to a descriptor */

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/uio.h>

#include "bytes/send.h"
#include "bytes/source.h"

enum { COPY_PIECE = 262144, BUFFER = 131072, ZEROS = 1048576 }; /* bytes */

static int64_t result(ssize_t rc)
{
	return rc < 0 ? -errno : rc;
}

/* Maps zeroed memory once; while it is only read, it takes no page of its own. */
static char *private_memory(char **memory, size_t size)
{
	void *fresh;

	if (*memory)
		return *memory;
	fresh = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1,
	             0);
	if (fresh != MAP_FAILED)
		*memory = fresh;
	return *memory;
}

static int64_t by_copy(struct sending *sending, uint64_t offset, uint64_t length)
{
	const struct shmbox_map *map = sending->source.map;

	/* /dev/null touches no page, and a small job touches few */
	if (sending->sink != TO_NULL && sending->job->length > SMALL)
		length = window_move(&sending->source.window, offset,
		                     least(length, COPY_PIECE), true);
	sending->source.through += length;
	return result(write(sending->job->fd, (const char *)map->address + offset,
	                    (size_t)length));
}

static int64_t by_buffer(struct sending *sending, uint64_t offset, uint64_t length)
{
	char *buffer = private_memory(&sending->buffer, BUFFER);
	int rc;

	if (!buffer)
		return -ENOMEM;
	length = least(length, BUFFER);
	rc = source_read(&sending->source, offset, buffer, (size_t)length);
	return rc < 0 ? rc : result(write(sending->job->fd, buffer, (size_t)length));
}

static int64_t by_splice(struct sending *sending, uint64_t offset, uint64_t length)
{
	off_t at = (off_t)offset;
	ssize_t moved = splice(sending->source.file, &at, sending->job->fd, NULL,
	                       (size_t)least(length, JOB_PIECE), sending->splicing);

	return moved == 0 ? -EINVAL : result(moved);
}

static int64_t splice_memory(int fd, const char *from, uint64_t length, unsigned flags)
{
	struct iovec pages = { .iov_base = (void *)from, .iov_len = (size_t)length };

	return result(vmsplice(fd, &pages, 1, flags));
}

static void close_pipe(struct sending *sending)
{
	for (size_t end = 0; end < 2; end++) {
		if (sending->pipe[end] > 0)
			close(sending->pipe[end]);
		sending->pipe[end] = 0;
	}
}

static bool open_pipe(struct sending *sending)
{
	if (sending->pipe[0])
		return true;
	if (pipe2(sending->pipe, O_CLOEXEC) < 0)
		return false;
	for (size_t end = 0; end < 2; end++)
		sending->pipe[end] = above_streams(sending->pipe[end]);
	enlarge_pipe(sending->pipe[1]);
	return true;
}

/*
 * Sends the bytes of these pages to a file, through a pipe of ours: neither call accesses
 * them through the mapping, and splice(2) copies them into the file.
 */
static int64_t by_own_pipe(struct sending *sending, const char *from, uint64_t length)
{
	int64_t in_pipe = open_pipe(sending) ? splice_memory(sending->pipe[1], from,
	                                                     length, SPLICE_F_NONBLOCK)
	                                     : -EOPNOTSUPP;
	int64_t moved = 0;

	while (in_pipe > moved) {
		ssize_t some = splice(sending->pipe[0], NULL, sending->job->fd, NULL,
		                      (size_t)(in_pipe - moved), 0);

		if (some > 0) {
			moved += some;
			continue;
		}
		if (moved == 0)
			moved = some < 0 ? -errno : -EINVAL;
		/* with the bytes that are left in it */
		close_pipe(sending);
		return moved;
	}
	return in_pipe;
}

static int64_t by_vmsplice(struct sending *sending, uint64_t offset, uint64_t length)
{
	const char *from = (const char *)sending->source.map->address + offset;

	if (sending->sink == TO_FILE)
		return by_own_pipe(
			sending, from,
			window_move(&sending->source.window, offset, length, false));
	length = window_move(&sending->source.window, offset, length, true);
	return splice_memory(sending->job->fd, from, length, sending->splicing);
}

static int64_t by_sendfile(struct sending *sending, uint64_t offset, uint64_t length)
{
	off_t at = (off_t)offset;
	ssize_t moved = sendfile(sending->job->fd, sending->source.file, &at,
	                         (size_t)least(length, JOB_PIECE));

	return moved == 0 ? -EINVAL : result(moved);
}

/* Skips a hole in a file; other outputs get zeros, from pages that never change. */
static int64_t by_skip(struct sending *sending, uint64_t length)
{
	char *zeros;

	if (sending->sparse)
		return lseek(sending->job->fd, (off_t)length, SEEK_CUR) < 0
		               ? -errno
		               : (int64_t)length;
	zeros = private_memory(&sending->zeros, ZEROS);
	if (!zeros)
		return -ENOMEM;
	length = least(length, ZEROS);
	if (sending->sink == TO_PIPE && length > SMALL &&
	    !(sending->refused & SHMBOX_BY_SKIP)) {
		int64_t moved =
			splice_memory(sending->job->fd, zeros, length, sending->splicing);

		if (moved >= 0 || !is_refusal((int)-moved))
			return moved;
		sending->refused |= SHMBOX_BY_SKIP;
	}
	return result(write(sending->job->fd, zeros, (size_t)length));
}

int64_t send_by(struct sending *sending, unsigned how, uint64_t length)
{
	uint64_t offset = job_offset(sending->job);

	switch (how) {
	case SHMBOX_BY_SKIP:
		return by_skip(sending, length);
	case SHMBOX_BY_SPLICE:
		return by_splice(sending, offset, length);
	case SHMBOX_BY_VMSPLICE:
		return by_vmsplice(sending, offset, length);
	case SHMBOX_BY_SENDFILE:
		return by_sendfile(sending, offset, length);
	case SHMBOX_BY_BUFFER:
		return by_buffer(sending, offset, length);
	default:
		return by_copy(sending, offset, length);
	}
}

void send_end(struct sending *sending)
{
	close_pipe(sending);
	if (sending->zeros)
		munmap(sending->zeros, ZEROS);
	if (sending->buffer)
		munmap(sending->buffer, BUFFER);
}
