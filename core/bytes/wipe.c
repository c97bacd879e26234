/* SPDX-License-Identifier: MIT */
/* wipe.c - zero a segment, and give its pages back to the system */

#include <sys/mman.h>

#include "bytes/source.h"
#include "proc/procfs.h"

/* Bytes for one MADV_REMOVE, which takes 0.1 s if all of it is in memory. */
enum { RELEASE_PIECE = 1073741824 };

/* Locked pages must stay in memory, and the pool may not have another huge page. */
bool may_release(const struct source *source)
{
	struct shmbox_info info;

	return !source->huge && shmbox_stat(source->map->id, &info) == 0 && !info.locked;
}

/*
 * Zeros a part of the run at offset, and makes that part the run. touch_run() may find
 * that it is a hole.
 */
static int zero_run(struct source *source, uint64_t offset, struct run *run)
{
	int64_t zeroed = run->hole ? 0 : source_zero(source, offset, run->length);
	int rc;

	if (zeroed > 0)
		run->length = (uint64_t)zeroed;
	if (zeroed > 0 || run->hole)
		return 0;
	run->length = window_move(&source->window, offset, run->length, false);
	rc = touch_run(source, offset, run, true);
	if (rc == 0 && !run->hole) {
		memset((char *)source->map->address + offset, 0, (size_t)run->length);
		source->copied |= SHMBOX_BY_COPY;
	}
	return rc;
}

/*
 * Zeros or skips the next run, up to end at most. The run is found out once: the time of
 * lseek(2) grows with its length.
 */
static int zero_some(struct source *source, struct shmbox_job *job, uint64_t end)
{
	struct run whole = source_run(source, job_offset(job), end);
	uint64_t run_end = job_offset(job) + whole.length;
	int rc = 0;

	while (rc == 0 && job_offset(job) < run_end) {
		struct run run = { .length = run_end - job_offset(job),
			           .hole = whole.hole };

		rc = zero_run(source, job_offset(job), &run);
		if (rc < 0)
			return rc;
		job->how |= source->copied | (run.hole ? SHMBOX_BY_SKIP : 0);
		rc = job_advance(job, run.length);
	}
	return rc;
}

int zero_range(struct source *source, struct shmbox_job *job, uint64_t length,
               uint64_t release_end)
{
	uint64_t page = page_size();
	uint64_t end = job_offset(job) + length;
	int rc = 0;

	while (rc == 0 && job_offset(job) < end) {
		uint64_t offset = job_offset(job);
		uint64_t edge = (offset + page - 1) & ~(page - 1);
		uint64_t piece = 0;

		if (edge == offset && offset < release_end)
			piece = least(release_end - offset, RELEASE_PIECE) & ~(page - 1);
		if (piece && madvise((char *)source->map->address + offset, (size_t)piece,
		                     MADV_REMOVE) == 0) {
			job->how |= SHMBOX_BY_RELEASE;
			rc = job_advance(job, least(piece, end - offset));
			continue;
		}
		if (piece) /* MADV_REMOVE was refused */
			release_end = 0;
		rc = zero_some(source, job,
		               release_end && edge > offset ? least(edge, end) : end);
	}
	return rc;
}

static uint64_t release_end(const struct source *source, const struct shmbox_job *job)
{
	uint64_t page = page_size();
	uint64_t end = job->offset + job->length;

	if (!(job->flags & (SHMBOX_RELEASE | SHMBOX_SPARSE)) || !may_release(source))
		return 0;
	if (job->flags & SHMBOX_RELEASE && end == source->map->size)
		return (end + page - 1) & ~(page - 1);
	return end;
}

/* Finds the end of the last page, or 0 if the bytes after the segment are kept. */
static int find_slack(const struct source *source, const struct shmbox_job *job,
                      uint64_t *end)
{
	const struct shmbox_map *map = source->map;
	uint64_t page;

	*end = 0;
	if (!(job->flags & SHMBOX_SLACK) || job->offset + job->length != map->size)
		return 0;
	page = source->huge ? huge_page_size(source) : page_size();
	if (!page)
		return -EOPNOTSUPP;
	*end = (map->size + page - 1) & ~(page - 1);
	return 0;
}

/* Zeros the bytes from the segment's end to end, which is that of its last page. */
static int zero_slack(struct source *source, uint64_t end)
{
	uint64_t size = source->map->size;
	struct run run;
	int rc = 0;

	/* the file ends at size */
	source->to_file = false;

	for (uint64_t at = size; rc == 0 && at < end; at += run.length) {
		run.length = end - at;
		if (source->huge)
			run = source_run(source, at, end);
		else /* these bytes are in the page of the segment's last byte */
			run.hole = source_run(source, size - 1, size).hole;
		rc = zero_run(source, at, &run);
	}
	return rc;
}

int shmbox_wipe(const struct shmbox_map *map, struct shmbox_job *job)
{
	struct source source = { .map = map };
	uint64_t slack;
	int rc = job_begin(map, job);

	if (rc == 0 && !map->writable)
		rc = -EACCES;
	if (rc == 0 && job->length)
		rc = source_open(&source, map);
	if (rc < 0 || job->length == 0)
		return rc;
	source.to_file = may_write_file(&source, job->offset + job->length);
	rc = find_slack(&source, job, &slack);
	if (rc == 0)
		rc = zero_range(&source, job, job->length, release_end(&source, job));
	if (rc == 0)
		rc = zero_slack(&source, slack);
	job->how |= source.how;
	source_close(&source);
	return rc;
}
