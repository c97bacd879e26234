/* SPDX-License-Identifier: MIT */
/* part.h - a job on one part of a segment, whose progress counts for the job on the whole */
#ifndef PART_H
#define PART_H

#include "bytes/job.h"

struct part {
	struct shmbox_job job;
	struct shmbox_job *whole;
	uint64_t before; /* whole->done when the part began */
};

/* The progress function of a part; context is the part. */
static inline int report_part(void *context)
{
	struct part *part = context;

	part->whole->done = part->before + part->job.done;
	return job_report(part->whole);
}

/* Adds a finished part to the whole. */
static inline void end_part(struct part *part)
{
	part->whole->done = part->before + part->job.done;
	part->whole->how |= part->job.how;
}

#endif
