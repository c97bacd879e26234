/* SPDX-License-Identifier: MIT */
/*
 * receive.c - copy bytes from a descriptor into a segment
 *
 * sendfile(2) and pwrite(2) into the segment's file cause no page fault for each page. If
 * we may not open the file, read(2) stores into the mapping, or into a buffer that the
 * kernel copies to the mapping: whichever is faster on this machine. In all these ways
 * the kernel touches the pages, so that a lack of memory is an error and not SIGBUS
 * (docs/kernel.md, No memory).
 */

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>

#include "bytes/receive.h"
#include "proc/procfs.h"

static unsigned choose(struct receiving *receiving)
{
	struct source *source = &receiving->source;

	if (!(receiving->refused & SHMBOX_BY_SENDFILE))
		return SHMBOX_BY_SENDFILE;
	if (source->to_file)
		return SHMBOX_BY_BUFFER;
	return by_kernel(source, 0) ? source->kernel.how : SHMBOX_BY_COPY;
}

static int receive_some(struct receiving *receiving, unsigned how)
{
	uint64_t offset = job_offset(receiving->job);
	uint64_t length = job_left(receiving->job);

	return receiving->job->flags & SHMBOX_SPARSE
	               ? receive_sparse(receiving, offset, length)
	               : receive_by(receiving, how, offset, length);
}

static int receive_all(struct receiving *receiving)
{
	const struct shmbox_job *job = receiving->job;

	while (job_left(job) > 0 && !receiving->ended) {
		unsigned how = choose(receiving);
		int rc = receive_some(receiving, how);

		if (rc == -EINTR || rc == -EAGAIN)
			receiving->ended = job_retry(job, -rc, POLLIN);
		/* only another way shows whether the input has really ended or failed */
		else if (rc <= 0 && how == SHMBOX_BY_SENDFILE && rc != -EFAULT)
			receiving->refused |= how;
		else if (rc <= 0)
			return rc;
	}
	return receiving->ended;
}

/* True if MADV_HUGEPAGE gives shared memory huge pages (docs/kernel.md, Page faults). */
static bool huge_pages_on_advice(void)
{
	char text[80];

	return read_file("/sys/kernel/mm/transparent_hugepage/shmem_enabled", text,
	                 sizeof(text)) > 0 &&
	       strncmp(text + strcspn(text, "["), "[advise]", 8) == 0;
}

static int inspect_input(struct receiving *receiving)
{
	int fd = receiving->job->fd;
	struct stat st;
	off_t place;

	if (fstat(fd, &st) < 0)
		return -errno;
	if (S_ISFIFO(st.st_mode) && receiving->job->length > SMALL)
		enlarge_pipe(fd);
	place = S_ISREG(st.st_mode) ? lseek(fd, 0, SEEK_CUR) : -1;
	receiving->regular = place >= 0;
	if (receiving->regular && st.st_size > place)
		receiving->input_left = (uint64_t)(st.st_size - place);
	return 0;
}

static void exclude_ways(struct receiving *receiving)
{
	const struct shmbox_job *job = receiving->job;
	struct source *source = &receiving->source;
	bool sparse = job->flags & SHMBOX_SPARSE;

	receiving->releasable = sparse && may_release(source);
	receiving->advice = !sparse && !source->huge && job->length >= WINDOW &&
	                    huge_pages_on_advice();
	source->to_file =
		!receiving->advice && may_write_file(source, job->offset + job->length);
	if (!receiving->regular || sparse || !source->to_file)
		receiving->refused |= SHMBOX_BY_SENDFILE;
}

/* True if read(2) into the mapping is the fastest way, because there are few bytes. */
static bool is_small(const struct receiving *receiving)
{
	const struct shmbox_job *job = receiving->job;

	return !(job->flags & SHMBOX_SPARSE) &&
	       (job->length <= SMALL ||
	        (receiving->input_left && receiving->input_left <= SMALL));
}

int shmbox_receive(const struct shmbox_map *map, struct shmbox_job *job)
{
	struct receiving receiving = { .map = map, .job = job };
	int rc = job_begin_with_fd(map, job);

	if (rc == 0 && !map->writable)
		rc = -EACCES;
	if (rc == 0)
		rc = inspect_input(&receiving);
	if (rc < 0)
		return rc;
	if (is_small(&receiving)) {
		source_init(&receiving.source, map);
		receiving.refused = SHMBOX_BY_SENDFILE;
	} else {
		rc = source_open(&receiving.source, map);
		if (rc < 0)
			return rc;
		exclude_ways(&receiving);
	}
	rc = receive_all(&receiving);
	if (job->flags & SHMBOX_SPARSE)
		job->how |= receiving.source.how;
	free(receiving.buffer);
	source_close(&receiving.source);
	return rc;
}
