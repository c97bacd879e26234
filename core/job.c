/* job.c - what the long pieces of work on a segment share */

#include <fcntl.h>
#include <poll.h>

#include "job.h"

void make_room(int pipe)
{
	int room = fcntl(pipe, F_GETPIPE_SZ);

	if (room >= 0 && room < ROOM)
		fcntl(pipe, F_SETPIPE_SZ, ROOM);
}

int job_begin(const struct shmbox_map *map, struct shmbox_job *job)
{
	job->done = 0;
	job->how = 0;
	return check_range(map, job->offset, job->length);
}

void job_advance(struct shmbox_job *job, uint64_t bytes)
{
	job->done += bytes;
	if (job->progress)
		job->progress(job->context);
}

bool job_again(const struct shmbox_job *job, int error, short events)
{
	struct pollfd ready = { .fd = job->fd, .events = events };

	if (error != EINTR && error != EAGAIN)
		return false;
	if (error == EAGAIN)
		poll(&ready, 1, -1);
	if (job->progress)
		job->progress(job->context);
	return true;
}
