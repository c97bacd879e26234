/* SPDX-License-Identifier: MIT */
/* read_data.c - the data of a member, which is stored in a segment or only checked */

#include <limits.h>

#include "archive/input.h"
#include "archive/part.h"
#include "bytes/source.h"
#include "proc/procfs.h"

/* One member whose data is read. */
struct filling {
	struct shmbox_restore *restore;
	const struct shmbox_map *map; /* NULL: the data is only checked */
	struct shmbox_job *job;
	struct source source;
	bool sums;
};

static int store(struct filling *filling, uint64_t offset, const char *bytes,
                 uint64_t length)
{
	while (length > 0) {
		int64_t stored =
			source_write(&filling->source, offset, bytes, (size_t)length);

		if (stored <= 0)
			return -EFAULT;
		bytes += stored;
		offset += (uint64_t)stored;
		length -= (uint64_t)stored;
	}
	return 0;
}

/*
 * Leaves pages of zeros as holes. In a member that we dumped, a page of zeros was data; in one
 * that another program packed, it may have been a hole.
 */
static int store_but_zeros(struct filling *filling, uint64_t offset, const char *bytes,
                           uint64_t length)
{
	uint64_t page = page_size();
	int rc = 0;

	while (rc == 0 && length > 0) {
		uint64_t piece = least(length, page - offset % page);

		if (!is_zero(bytes, (size_t)piece))
			rc = store(filling, offset, bytes, piece);
		bytes += piece;
		offset += piece;
		length -= piece;
	}
	return rc;
}

static int copy_run(struct filling *filling, const struct extent *run)
{
	struct shmbox_restore *restore = filling->restore;
	char *buffer = restore->own->buffer;
	uint64_t end = run->offset + run->length;
	uint64_t offset = run->offset;
	int rc = 0;

	while (rc == 0 && offset < end) {
		/* end at a page boundary, so that pages of zeros are found */
		size_t length =
			(size_t)least(end - offset, ARCHIVE_PIECE - offset % page_size());

		rc = take_bytes(restore, buffer, length);
		if (rc < 0)
			return rc;
		restore->left -= length;
		if (filling->sums)
			restore->sum = sum_add(&restore->own->tables, restore->sum,
			                       buffer, length);
		if (filling->map)
			rc = restore->plain
			             ? store_but_zeros(filling, offset, buffer, length)
			             : store(filling, offset, buffer, length);
		offset += length;
		if (rc == 0)
			rc = job_advance(filling->job, length);
	}
	filling->job->how |= SHMBOX_BY_BUFFER;
	return rc;
}

static int receive_run(struct filling *filling, const struct extent *run)
{
	struct shmbox_restore *restore = filling->restore;
	struct part part = {
		.whole = filling->job,
		.before = filling->job->done,
		.job = {
			.offset = run->offset,
			.length = run->length,
			.fd = restore->fd,
			.flags = filling->job->flags | SHMBOX_STDIN |
		                 (restore->plain ? SHMBOX_SPARSE : 0),
			.progress = report_part,
			.context = &part,
		},
	};
	int rc = shmbox_receive(filling->map, &part.job);

	end_part(&part);
	restore->place += part.job.done;
	restore->left -= part.job.done;
	if (rc == 0 && part.job.done < run->length)
		rc = bad_archive(restore, "the archive is cut off");
	return rc;
}

static int pass_hole(struct filling *filling, uint64_t end)
{
	uint64_t length = end - filling->job->done;

	if (length == 0)
		return 0;
	filling->job->how |= SHMBOX_BY_SKIP;
	if (filling->sums)
		filling->restore->sum = sum_add_zeros(filling->restore->sum, length);
	return job_advance(filling->job, length);
}

static int fill(struct filling *filling, const struct extents *extents)
{
	struct shmbox_restore *restore = filling->restore;
	bool direct = !filling->sums && filling->map && descriptor_of(restore) >= 0;
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < extents->count; i++) {
		rc = pass_hole(filling, extents->runs[i].offset);
		if (rc == 0)
			rc = direct ? receive_run(filling, &extents->runs[i])
			            : copy_run(filling, &extents->runs[i]);
	}
	if (rc == 0)
		rc = pass_hole(filling, restore->size);
	if (rc)
		return rc;
	rc = take_zeros(restore, restore->padding, "bytes after its data are not zero");
	restore->padding = 0;
	return rc;
}

static int read_data(struct filling *filling)
{
	struct shmbox_restore *restore = filling->restore;
	struct extents extents = { 0 };
	int rc = restore->sparse ? read_map(restore, &extents)
	                         : extents_add(&extents, 0, restore->size);

	if (rc == 0)
		rc = fill(filling, &extents);
	free(extents.runs);
	if (rc == 0 && filling->sums) {
		restore->sum =
			sum_end(&restore->own->tables, restore->sum, restore->size);
		restore->summed = true;
	}
	return rc;
}

int shmbox_restore_data(struct shmbox_restore *restore, const struct shmbox_map *map,
                        struct shmbox_job *job)
{
	struct shmbox_job silent = { 0 };
	const struct shmbox_map nothing = { .size = restore->size };
	struct filling filling = {
		.restore = restore,
		.map = map,
		.job = job ? job : &silent,
		.sums = !(restore->flags & SHMBOX_NO_SUMS),
	};
	int rc;

	if (!restore->own || !restore->unread || (map && map->size != restore->size))
		return -EINVAL;
	if (map && !map->writable)
		return -EACCES;
	filling.job->offset = 0;
	filling.job->length = restore->size;
	rc = job_begin(map ? map : &nothing, filling.job);
	if (rc == 0 && map)
		rc = source_open(&filling.source, map);
	if (rc < 0)
		return rc;
	restore->unread = false;
	restore->sum = 0;
	filling.source.to_file = map && may_write_file(&filling.source, map->size);
	rc = read_data(&filling);
	if (map)
		source_close(&filling.source);
	return rc;
}
