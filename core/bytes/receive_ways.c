/* SPDX-License-Identifier: MIT */
/* receive_ways.c - the ways of moving bytes from a descriptor into a segment */

#include <sys/mman.h>
#include <sys/sendfile.h>

#include "bytes/receive.h"
#include "bytes/touch.h"
#include "proc/procfs.h"

enum { BUFFER = 262144, COPY_PIECE = 1048576 }; /* bytes */

int receive_count(struct receiving *receiving, unsigned how, uint64_t bytes)
{
	int rc;

	receiving->job->how |= how | receiving->source.copied;
	rc = job_advance(receiving->job, bytes);
	if (!receiving->ended)
		receiving->ended = rc;
	return 1;
}

/* ENOSPC and ENOMEM are from the segment's file, other errors from the input. */
static int store_error(int error)
{
	return error == ENOSPC || error == ENOMEM ? -EFAULT : -error;
}

/* Asks for huge pages once the input is known to fill at least one. */
static void advise(struct receiving *receiving)
{
	const struct shmbox_job *job = receiving->job;

	if (!receiving->advice ||
	    (job->done < WINDOW && receiving->input_left < job->done + WINDOW))
		return;
	/* all of it: a mapping that is split has another name in map_files */
	madvise(receiving->map->address, (size_t)receiving->map->size, MADV_HUGEPAGE);
	receiving->advice = false;
}

/* Returns how many of length bytes at offset one read(2) into the mapping may take. */
static uint64_t copy_length(struct receiving *receiving, uint64_t offset, uint64_t length)
{
	struct source *source = &receiving->source;
	/* until it is known whether the kernel should copy */
	uint64_t most =
		source->through < KERNEL_COPY_LEAST ? KERNEL_COPY_LEAST : COPY_PIECE;

	length = least(length, WINDOW - offset % WINDOW);
	return least(window_move(&source->window, offset, length, false), most);
}

static int by_copy(struct receiving *receiving, uint64_t offset, uint64_t length)
{
	char *to = (char *)receiving->map->address + offset;
	uint64_t most = copy_length(receiving, offset, length);
	uint64_t input_left = receiving->input_left;
	ssize_t got;

	advise(receiving);
	if (input_left > receiving->job->done && input_left > SMALL)
		prefault(to, (size_t)least(most, input_left - receiving->job->done),
		         true);
	got = read(receiving->job->fd, to, (size_t)most);
	if (got <= 0)
		return got < 0 ? -errno : 0;
	receiving->source.through += (uint64_t)got;
	return receive_count(receiving, SHMBOX_BY_COPY, (uint64_t)got);
}

static int by_sendfile(struct receiving *receiving, uint64_t offset, uint64_t length)
{
	ssize_t moved;

	if (lseek(receiving->source.file, (off_t)offset, SEEK_SET) < 0)
		return -errno;
	moved = sendfile(receiving->source.file, receiving->job->fd, NULL,
	                 (size_t)least(length, JOB_PIECE));
	if (moved <= 0)
		return moved < 0 ? store_error(errno) : 0;
	return receive_count(receiving, SHMBOX_BY_SENDFILE, (uint64_t)moved);
}

/* Bytes already read cannot be read again: every store failure is final. */
int receive_store(struct receiving *receiving, const char *bytes, size_t length)
{
	while (length > 0) {
		int64_t stored = source_write(&receiving->source,
		                              job_offset(receiving->job), bytes, length);

		if (stored <= 0)
			return -EFAULT;
		receive_count(receiving, 0, (uint64_t)stored);
		bytes += stored;
		length -= (size_t)stored;
	}
	return 1;
}

ssize_t receive_read(struct receiving *receiving, uint64_t offset, uint64_t length)
{
	/* end at a page boundary */
	uint64_t most = BUFFER - offset % page_size();
	ssize_t got;

	if (!receiving->buffer) {
		receiving->buffer = malloc(BUFFER);
		if (!receiving->buffer)
			return -ENOMEM;
	}
	got = read(receiving->job->fd, receiving->buffer, (size_t)least(length, most));
	return got < 0 ? -errno : got;
}

static int by_buffer(struct receiving *receiving, uint64_t offset, uint64_t length)
{
	ssize_t got = receive_read(receiving, offset, length);

	advise(receiving);
	return got <= 0 ? (int)got
	                : receive_store(receiving, receiving->buffer, (size_t)got);
}

int receive_by(struct receiving *receiving, unsigned how, uint64_t offset,
               uint64_t length)
{
	switch (how) {
	case SHMBOX_BY_SENDFILE:
		return by_sendfile(receiving, offset, length);
	case SHMBOX_BY_COPY:
		return by_copy(receiving, offset, length);
	default:
		return by_buffer(receiving, offset, length);
	}
}
