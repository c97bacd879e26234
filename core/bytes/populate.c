/* SPDX-License-Identifier: MIT */
/* populate.c - allocate the pages of a range */

#include "bytes/job.h"
#include "bytes/touch.h"

int shmbox_populate(const struct shmbox_map *map, struct shmbox_job *job)
{
	int rc = job_begin(map, job);

	if (rc == 0 && !map->address)
		rc = -EACCES;
	while (rc == 0 && job_left(job) > 0) {
		uint64_t piece = least(job_left(job), JOB_PIECE);

		rc = touch((const char *)map->address + job_offset(job), (size_t)piece,
		           map->writable);
		if (rc == 0)
			rc = job_advance(job, piece);
	}
	return rc;
}
