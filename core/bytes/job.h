/* job.h - what the long pieces of work on a segment share */
#ifndef JOB_H
#define JOB_H

#include "core.h"

/*
 * JOB_PIECE: how much one call moves at most, so that progress is told, signals are heard,
 * and little is uncounted if we are killed. PAGES: how many one mincore(2) looks at; the kernel works in steps of so many.
 */
enum { JOB_PIECE = 2097152, WINDOW = 2097152, PAGES = 4096 };

static inline uint64_t least(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

static inline bool is_zero(const char *bytes, size_t length)
{
	return bytes[0] == 0 && memcmp(bytes, bytes + 1, length - 1) == 0;
}

/*
 * Up to SMALL bytes, nothing is worth a second call. ROOM is what a pipe may have without
 * privilege (pipe(7)).
 */
enum { SMALL = 65536, ROOM = 1048576 };

/* ---- job.c ---- */

/* Lets a pipe hold ROOM, or as much of it as we are given: fewer turns for both ends. */
void make_room(int pipe);

/* Clears the results; 0, or what is wrong with the range or the flags. */
int job_begin(const struct shmbox_map *map, struct shmbox_job *job);
/* The same for a job with a descriptor. */
int job_begin_with_fd(const struct shmbox_map *map, struct shmbox_job *job);

/* Where it goes on, and how far it has to go from there. */
static inline uint64_t job_place(const struct shmbox_job *job)
{
	return job->offset + job->done;
}

static inline uint64_t job_left(const struct shmbox_job *job)
{
	return job->length - job->done;
}

/* What progress() says: 0 to go on, anything else ends the job. */
int job_tell(const struct shmbox_job *job);

/* This many bytes more have been done; then job_tell(). */
int job_advance(struct shmbox_job *job, uint64_t bytes);

/*
 * 0 if a call that failed with this error is to be made again, after a wait if the descriptor
 * would block; otherwise what ends the job: the negated error, or what progress() says.
 */
int job_again(const struct shmbox_job *job, int error, short events);

/* Whether a call that failed so is none that this kernel, or its filter, has for us. */
static inline bool is_refusal(int error)
{
	return error == EINVAL || error == ENOSYS || error == EPERM ||
	       error == EOPNOTSUPP;
}

/* 0 if length bytes at offset lie inside the segment, or else -ERANGE. */
int check_range(const struct shmbox_map *map, uint64_t offset, uint64_t length);

#endif
