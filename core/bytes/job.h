/* SPDX-License-Identifier: MIT */
/* job.h - range, progress and retries of a job */
#ifndef JOB_H
#define JOB_H

#include "core.h"

/*
 * JOB_PIECE: bytes that one system call moves at most, which limits the time between two
 * calls of progress(), the delay of a signal, and the bytes that are not counted if we
 * are killed. WINDOW: bytes of a mapping that are in our page tables at a time
 * (docs/kernel.md, Page faults). PAGES: pages of one mincore(2), which works in such
 * steps in the kernel (mm/mincore.c).
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
 * Bytes. Up to SMALL, a plain copy is the fastest way. PIPE_SIZE is the largest size of a
 * pipe without a privilege (/proc/sys/fs/pipe-max-size, pipe(7)).
 */
enum { SMALL = 65536, PIPE_SIZE = 1048576 };

/* ---- job.c ---- */

/* Enlarges a pipe to PIPE_SIZE if allowed: both ends are then scheduled less often. */
void enlarge_pipe(int pipe);

/* Clears the results. Returns 0, -EINVAL for unknown flags, -ERANGE for a bad range. */
int job_begin(const struct shmbox_map *map, struct shmbox_job *job);
/* Does the same, and returns -EBADF if the job has no descriptor. */
int job_begin_with_fd(const struct shmbox_map *map, struct shmbox_job *job);

/* Returns the offset in the segment of the next byte. */
static inline uint64_t job_offset(const struct shmbox_job *job)
{
	return job->offset + job->done;
}

/* Returns the bytes that remain. */
static inline uint64_t job_left(const struct shmbox_job *job)
{
	return job->length - job->done;
}

/* Calls progress(). Returns 0 to continue; another value ends the job. */
int job_report(const struct shmbox_job *job);

/* Counts bytes as done, and returns as job_report(). */
int job_advance(struct shmbox_job *job, uint64_t bytes);

/*
 * Handles a failed call. Returns 0 if the caller must repeat it, after waiting for events
 * if the descriptor would block; otherwise the value that ends the job: the negated
 * error, or the value of progress().
 */
int job_retry(const struct shmbox_job *job, int error, short events);

/* True if the kernel or a seccomp filter does not offer the call. */
static inline bool is_refusal(int error)
{
	return error == EINVAL || error == ENOSYS || error == EPERM ||
	       error == EOPNOTSUPP;
}

/* Returns 0 if length bytes at offset are inside the segment, and -ERANGE otherwise. */
int check_range(const struct shmbox_map *map, uint64_t offset, uint64_t length);

#endif
