/* wipe.c - zeros over a segment, and its pages back to the system */

#include <sys/mman.h>

#include "job.h"

/* What is given back in one call: a hole costs nothing, memory a tenth of a second a GiB. */
enum { RELEASED = 1073741824 };

/* A locked page is wanted in memory, and a huge one may be hard to come by again. */
bool may_release(const struct source *source)
{
	struct shmbox_info info;

	return !source->huge && shmbox_stat(source->map->id, &info) == 0 && !info.locked;
}

/* Zeros over what comes next and is no hole, up to end or a good deal of it. */
static int zero_some(struct source *source, struct shmbox_job *job, uint64_t end)
{
	uint64_t offset = job_place(job);
	struct run run = source_run(source, offset, end);
	char *to = (char *)source->map->address + offset;
	int rc;

	if (run.hole) {
		job->how |= SHMBOX_BY_SKIP;
		job_advance(job, run.length);
		return 0;
	}
	run.length = window_move(&source->window, offset, run.length, false);
	rc = touch(to, (size_t)run.length, true);
	if (rc < 0)
		return rc;
	memset(to, 0, (size_t)run.length);
	job->how |= SHMBOX_BY_COPY;
	job_advance(job, run.length);
	return 0;
}

int zero_range(struct source *source, struct shmbox_job *job, uint64_t length,
               uint64_t release_end)
{
	uint64_t page = page_size();
	uint64_t end = job_place(job) + length;
	int rc = 0;

	while (rc == 0 && job_place(job) < end) {
		uint64_t offset = job_place(job);
		uint64_t edge = (offset + page - 1) & ~(page - 1);
		uint64_t piece = 0;

		if (edge == offset && offset < release_end)
			piece = least(release_end - offset, RELEASED) & ~(page - 1);
		if (piece && madvise((char *)source->map->address + offset, (size_t)piece,
		                     MADV_REMOVE) == 0) {
			job->how |= SHMBOX_BY_RELEASE;
			job_advance(job, least(piece, end - offset));
			continue;
		}
		if (piece) /* refused */
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

int shmbox_wipe(const struct shmbox_map *map, struct shmbox_job *job)
{
	struct source source = { .map = map };
	int rc = job_begin(map, job);

	if (rc == 0 && !map->writable)
		rc = -EACCES;
	if (rc == 0 && job->length)
		rc = source_open(&source, map);
	if (rc < 0 || job->length == 0)
		return rc;
	rc = zero_range(&source, job, job->length, release_end(&source, job));
	job->how |= source.how;
	source_close(&source);
	return rc;
}
