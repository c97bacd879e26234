/* SPDX-License-Identifier: MIT */
/* receive_sparse.c - fill a segment, and make holes of the zeros in the input */

#include "bytes/receive.h"
#include "bytes/source.h"
#include "proc/procfs.h"

/*
 * Returns the length of the prefix that is either whole pages of zeros, or bytes up to
 * the next page of zeros; *zero is true for zeros.
 */
static size_t uniform_length(const char *bytes, size_t length, uint64_t offset,
                             bool *zero)
{
	size_t page = (size_t)page_size();
	size_t used = 0;

	while (used < length) {
		size_t step = (size_t)least(length - used, page - (offset + used) % page);
		bool empty = step == page && is_zero(bytes + used, step);

		if (used > 0 && empty != *zero)
			break;
		*zero = empty;
		used += step;
	}
	return used;
}

static int store_zeros(struct receiving *receiving, uint64_t length)
{
	uint64_t end = job_offset(receiving->job) + length;

	return zero_range(&receiving->source, receiving->job, length,
	                  receiving->releasable ? end : 0);
}

/*
 * Does the same for zeros that were read from the input: progress() cannot end the job
 * before all are stored. Returns 1 or a negated errno.
 */
static int store_read_zeros(struct receiving *receiving, uint64_t length)
{
	struct shmbox_job *job = receiving->job;
	int (*progress)(void *context) = job->progress;
	int rc;

	job->progress = NULL;
	rc = store_zeros(receiving, length);
	job->progress = progress;
	return rc < 0 ? rc : receive_count(receiving, 0, 0);
}

/* Skips a hole in the input. Returns 1, 0 if data comes next, or a negated errno. */
static int skip_hole(struct receiving *receiving, uint64_t length)
{
	uint64_t before = receiving->job->done;
	int fd = receiving->job->fd;
	off_t place = receiving->regular ? lseek(fd, 0, SEEK_CUR) : -1;
	off_t data;
	off_t end;

	if (place < 0 || (uint64_t)place < receiving->data_end)
		return 0;
	data = lseek(fd, place, SEEK_DATA);
	if (data < 0)
		data = errno == ENXIO ? lseek(fd, 0, SEEK_END) : place;
	end = data > place ? data : lseek(fd, place, SEEK_HOLE);
	receiving->data_end = end < 0 ? UINT64_MAX : (uint64_t)end;
	length = data > place ? least(length, (uint64_t)(data - place)) : 0;
	if (lseek(fd, place + (off_t)length, SEEK_SET) < 0)
		return -errno;
	if (length == 0)
		return 0;
	receiving->ended = store_zeros(receiving, length);
	/* continue after the bytes that are done */
	if (receiving->ended)
		lseek(fd, place + (off_t)(receiving->job->done - before), SEEK_SET);
	return 1;
}

int receive_sparse(struct receiving *receiving, uint64_t offset, uint64_t length)
{
	int rc = skip_hole(receiving, length);
	ssize_t got;

	if (rc != 0)
		return rc;
	got = receive_read(receiving, offset, length);
	if (got <= 0)
		return (int)got;
	rc = 1;
	for (size_t used = 0, same = 0; rc > 0 && used < (size_t)got; used += same) {
		const char *bytes = receiving->buffer + used;
		bool zero = false;

		same = uniform_length(bytes, (size_t)got - used,
		                      job_offset(receiving->job), &zero);
		if (zero)
			rc = store_read_zeros(receiving, same);
		else
			rc = receive_store(receiving, bytes, same);
	}
	return rc;
}
