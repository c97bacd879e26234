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
		return job_advance(job, run.length);
	}
	run.length = window_move(&source->window, offset, run.length, false);
	rc = touch(to, (size_t)run.length, true);
	if (rc < 0)
		return rc;
	memset(to, 0, (size_t)run.length);
	job->how |= SHMBOX_BY_COPY;
	return job_advance(job, run.length);
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
			rc = job_advance(job, least(piece, end - offset));
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

struct mapping {
	uint64_t start;
	uint64_t end;
};

/* "7f5a1000-7f5a2000 rw-s ..." */
static bool find_end(const char *line, void *data)
{
	struct mapping *mapping = data;

	if (next_number(&line, 16) != mapping->start)
		return true;
	line++;
	mapping->end = next_number(&line, 16);
	return false;
}

/* How far zeros go: 0 if what is behind the end of the segment is to stay as it is. */
static int find_slack(const struct source *source, const struct shmbox_job *job,
                      uint64_t *end)
{
	const struct shmbox_map *map = source->map;
	uint64_t page = page_size();
	struct mapping mapping = { .start = (uintptr_t)map->address };

	*end = 0;
	if (!(job->flags & SHMBOX_SLACK) || job->offset + job->length != map->size)
		return 0;
	*end = (map->size + page - 1) & ~(page - 1);
	if (!source->huge)
		return 0;
	each_line("/proc/thread-self/maps", find_end, &mapping);
	*end = mapping.end - mapping.start;
	return mapping.end ? 0 : -EOPNOTSUPP;
}

/* What is behind the segment's end, up to that of its last page. */
static int zero_slack(struct source *source, uint64_t end)
{
	uint64_t size = source->map->size;
	char *to = (char *)source->map->address + size;
	int rc;

	if (end <= size || source_run(source, size - 1, size).hole)
		return 0;
	rc = touch(to, (size_t)(end - size), true);
	if (rc == 0)
		memset(to, 0, (size_t)(end - size));
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
	rc = find_slack(&source, job, &slack);
	if (rc == 0)
		rc = zero_range(&source, job, job->length, release_end(&source, job));
	if (rc == 0)
		rc = zero_slack(&source, slack);
	job->how |= source.how;
	source_close(&source);
	return rc;
}
