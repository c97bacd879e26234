/* SPDX-License-Identifier: MIT */
/* walk.c - call a function for each piece of a segment's content */

#include "bytes/source.h"

enum { BUFFER = 65536 }; /* bytes */

static int walk(struct source *source, struct shmbox_job *job,
                int (*each)(void *data, const void *bytes, uint64_t length), void *data)
{
	char *buffer = malloc(BUFFER);
	int rc = buffer ? 0 : -ENOMEM;

	while (rc == 0 && job_left(job) > 0) {
		uint64_t offset = job_offset(job);
		struct run run = source_run(source, offset, job->offset + job->length);
		uint64_t end = offset + run.length;

		if (run.hole) {
			job->how |= SHMBOX_BY_SKIP;
			rc = each(data, NULL, run.length);
			if (rc == 0)
				rc = job_advance(job, run.length);
		}
		while (rc == 0 && (offset = job_offset(job)) < end) {
			size_t length = (size_t)least(end - offset, BUFFER);

			rc = source_read(source, offset, buffer, length);
			job->how |= SHMBOX_BY_BUFFER | source->copied;
			if (rc == 0)
				rc = each(data, buffer, length);
			if (rc == 0)
				rc = job_advance(job, length);
		}
	}
	free(buffer);
	return rc;
}

int shmbox_walk(const struct shmbox_map *map, struct shmbox_job *job,
                int (*each)(void *data, const void *bytes, uint64_t length), void *data)
{
	struct source source;
	int rc = job_begin(map, job);

	if (rc < 0 || job->length == 0)
		return rc;
	rc = source_open(&source, map);
	if (rc < 0)
		return rc;
	rc = walk(&source, job, each, data);
	job->how |= source.how;
	source_close(&source);
	return rc;
}
