/* SPDX-License-Identifier: MIT */
/* job.c - range, progress and retries of a job */

#include <fcntl.h>
#include <poll.h>

#include "bytes/job.h"

enum {
	FLAGS = SHMBOX_SPARSE | SHMBOX_RELEASE | SHMBOX_SLACK | SHMBOX_NO_RETRY |
	        SHMBOX_STDIN
};

/* Milliseconds between two calls of progress() while a descriptor blocks. */
enum { PROGRESS_INTERVAL = 100 };

void enlarge_pipe(int pipe)
{
	int size = fcntl(pipe, F_GETPIPE_SZ);

	if (size >= 0 && size < PIPE_SIZE)
		fcntl(pipe, F_SETPIPE_SZ, PIPE_SIZE);
}

int check_range(const struct shmbox_map *map, uint64_t offset, uint64_t length)
{
	return offset > map->size || length > map->size - offset ? -ERANGE : 0;
}

int job_begin(const struct shmbox_map *map, struct shmbox_job *job)
{
	job->done = 0;
	job->how = 0;
	if (job->flags & ~(unsigned)FLAGS)
		return -EINVAL;
	return check_range(map, job->offset, job->length);
}

int job_begin_with_fd(const struct shmbox_map *map, struct shmbox_job *job)
{
	int rc = job_begin(map, job);

	return rc == 0 && job->fd == 0 && !(job->flags & SHMBOX_STDIN) ? -EBADF : rc;
}

int job_report(const struct shmbox_job *job)
{
	return job->progress ? job->progress(job->context) : 0;
}

int job_advance(struct shmbox_job *job, uint64_t bytes)
{
	job->done += bytes;
	return job_report(job);
}

int job_retry(const struct shmbox_job *job, int error, short events)
{
	struct pollfd ready = { .fd = job->fd, .events = events };

	if ((error != EINTR && error != EAGAIN) || job->flags & SHMBOX_NO_RETRY)
		return -error;
	if (error == EAGAIN)
		poll(&ready, 1, job->progress ? PROGRESS_INTERVAL : -1);
	return job_report(job);
}
