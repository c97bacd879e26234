/* SPDX-License-Identifier: MIT */
/*
 * send.c - copy bytes of a segment to a descriptor, in the fastest way that is allowed
 *
 * Zero-copy calls put the segment's own pages into a pipe: the reader sees later changes
 * of them, even after we have exited. Therefore the last bytes, as many as the pipe
 * contains when it is full, are always copied: once they are in the pipe, no such page is
 * left there (docs/kernel.md, Zero copy).
 */

#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/uio.h>
#include <time.h>

#include "bytes/send.h"
#include "bytes/source.h"

/* Bytes. Up to LARGE, copying is as fast as zero-copy (docs/kernel.md, Zero copy). */
enum { LARGE = 2097152 };

/* ---- which way ---- */

/* Returns the fastest of these ways that has not been refused. */
static unsigned first_of(const struct sending *sending, unsigned ways)
{
	static const unsigned order[] = {
		SHMBOX_BY_SPLICE,
		SHMBOX_BY_SENDFILE,
		SHMBOX_BY_VMSPLICE,
		SHMBOX_BY_COPY,
	};

	for (size_t i = 0; i < sizeof(order) / sizeof(*order); i++) {
		if (order[i] & ways & ~sending->refused)
			return order[i];
	}
	return SHMBOX_BY_BUFFER;
}

/* Returns the number of last bytes that must be copied into the pipe. */
static uint64_t pipe_tail(const struct sending *sending)
{
	int size = fcntl(sending->job->fd, F_GETPIPE_SZ);

	return size > PIPE_SIZE ? (uint64_t)size : PIPE_SIZE;
}

/* Returns the way for the next bytes, and lowers *length to where that way must stop. */
static unsigned choose(struct sending *sending, uint64_t *length)
{
	const struct shmbox_job *job = sending->job;
	unsigned ways = SHMBOX_BY_COPY;
	uint64_t last = sending->sink == TO_PIPE ? pipe_tail(sending) : 0;
	unsigned how;

	if (sending->sink == TO_FILE)
		ways |= SHMBOX_BY_SENDFILE | SHMBOX_BY_VMSPLICE;
	if (sending->sink == TO_PIPE && *length > last) {
		ways |= SHMBOX_BY_SPLICE | SHMBOX_BY_VMSPLICE;
		*length -= last;
	}
	how = first_of(sending, ways);
	/* splice(2) handles holes itself, and /dev/null reads no page */
	if (how == SHMBOX_BY_SPLICE || sending->sink == TO_NULL)
		return how;
	if (job_offset(job) >= sending->run_end) {
		struct run run = source_run(&sending->source, job_offset(job),
		                            job->offset + job->length);

		sending->run_end = job_offset(job) + run.length;
		sending->hole = run.hole;
	}
	*length = least(*length, sending->run_end - job_offset(job));
	if (sending->hole)
		return SHMBOX_BY_SKIP;
	return how == SHMBOX_BY_COPY && by_kernel(&sending->source, 0) ? SHMBOX_BY_BUFFER
	                                                               : how;
}

/* ---- all of it ---- */

static int inspect_sink(struct sending *sending)
{
	struct shmbox_job *job = sending->job;
	int flags = fcntl(job->fd, F_GETFL);
	struct stat st;

	sending->sink = TO_OTHER;
	if (flags < 0 || fstat(job->fd, &st) < 0)
		return -errno;
	if (S_ISFIFO(st.st_mode)) {
		sending->sink = TO_PIPE;
		sending->splicing = flags & O_NONBLOCK ? SPLICE_F_NONBLOCK : 0;
		if (job->length > SMALL)
			enlarge_pipe(job->fd);
	} else if (S_ISREG(st.st_mode)) {
		sending->sink = TO_FILE;
		sending->sparse = job->flags & SHMBOX_SPARSE ||
		                  (!(flags & O_APPEND) &&
		                   lseek(job->fd, 0, SEEK_CUR) >= st.st_size);
	} else if (S_ISCHR(st.st_mode) && st.st_rdev == makedev(1, 3)) {
		sending->sink = TO_NULL;
	}
	return 0;
}

static void exclude_ways(struct sending *sending)
{
	const struct source *source = &sending->source;

	if (source->file < 0)
		sending->refused |= SHMBOX_BY_SPLICE | SHMBOX_BY_SENDFILE;
	if (!source->map->address || lacks_huge_pages(source))
		sending->refused |= SHMBOX_BY_VMSPLICE | SHMBOX_BY_COPY;
	/* zero-copy may end in a wait for the reader, which SHMBOX_NO_RETRY excludes */
	if (sending->job->length <= (sending->sink == TO_FILE ? SMALL : LARGE) ||
	    sending->job->flags & SHMBOX_NO_RETRY)
		sending->refused |= SHMBOX_BY_SPLICE | SHMBOX_BY_VMSPLICE;
}

static int count_moved(struct sending *sending, unsigned how, uint64_t bytes)
{
	enum { LIVE = SHMBOX_BY_SPLICE | SHMBOX_BY_VMSPLICE };

	sending->job->how |= how | sending->source.copied;
	sending->hole_at_end = how == SHMBOX_BY_SKIP && sending->sparse
	                               ? sending->hole_at_end + bytes
	                               : 0;
	sending->has_live_pages |= how & LIVE && sending->sink == TO_PIPE;
	sending->copied = how & LIVE ? 0 : sending->copied + bytes;
	return job_advance(sending->job, bytes);
}

static int send_all(struct sending *sending)
{
	enum { OPTIONAL = SHMBOX_BY_SPLICE | SHMBOX_BY_VMSPLICE | SHMBOX_BY_SENDFILE };
	/* these fail if the pool lacks a huge page; by_buffer() reads it as a hole */
	enum { TOUCHING = SHMBOX_BY_COPY | SHMBOX_BY_VMSPLICE };
	struct shmbox_job *job = sending->job;
	int rc = 0;

	while (rc == 0 && job_left(job) > 0) {
		uint64_t length = job_left(job);
		unsigned how = choose(sending, &length);
		int64_t moved = send_by(sending, how, length);

		if (moved > 0)
			rc = count_moved(sending, how, (uint64_t)moved);
		else if (how & OPTIONAL && is_refusal((int)-moved))
			sending->refused |= how;
		else if (moved == -EFAULT && how & TOUCHING && sending->source.huge)
			sending->refused |= TOUCHING;
		else
			rc = moved < 0 ? job_retry(job, (int)-moved, POLLOUT) : -EIO;
		sending->ended = rc && (moved > 0 || moved == -EINTR || moved == -EAGAIN);
	}
	return rc;
}

/*
 * Waits until no page of the segment is left in the pipe. After the tail none is left:
 * the wait matters only if an error came before the tail, or another process enlarged the
 * pipe.
 */
static int await_reader(const struct sending *sending)
{
	struct pollfd reader = { .fd = sending->job->fd };
	int unread = 0;
	int rc = 0;

	while (rc == 0 && sending->has_live_pages && !sending->ended &&
	       ioctl(reader.fd, FIONREAD, &unread) == 0 &&
	       (uint64_t)unread > sending->copied && poll(&reader, 1, 1) <= 0)
		rc = job_report(sending->job);
	return rc;
}

/* Extends the file over a hole at its end, which lseek(2) alone does not create. */
static int end_file(const struct sending *sending)
{
	int fd = sending->job->fd;
	off_t end;
	struct stat st;

	if (!sending->hole_at_end)
		return 0;
	end = lseek(fd, 0, SEEK_CUR);
	/* another process may have extended the file: never shorten it */
	if (end >= 0 && fstat(fd, &st) == 0 &&
	    (st.st_size >= end || ftruncate(fd, end) == 0))
		return 0;
	sending->job->done -= sending->hole_at_end;
	return -errno;
}

static int send_large(const struct shmbox_map *map, struct shmbox_job *job)
{
	struct sending sending = { .job = job, .source.map = map };
	int rc = inspect_sink(&sending);
	int awaited;
	int end;

	if (rc == 0)
		rc = source_open(&sending.source, map);
	if (rc < 0)
		return rc;
	exclude_ways(&sending);
	rc = send_all(&sending);
	if (sending.run_end)
		job->how |= sending.source.how;
	awaited = await_reader(&sending);
	rc = rc ? rc : awaited;
	end = end_file(&sending);
	send_end(&sending);
	source_close(&sending.source);
	return rc ? rc : end;
}

/* All pages are present and few: write(2) from the mapping, without looking for holes. */
static int send_small(const struct shmbox_map *map, struct shmbox_job *job)
{
	int rc = 0;

	while (rc == 0 && job_left(job) > 0) {
		ssize_t written =
			write(job->fd, (const char *)map->address + job_offset(job),
		              (size_t)job_left(job));

		if (written > 0) {
			job->how |= SHMBOX_BY_COPY;
			rc = job_advance(job, (uint64_t)written);
		} else {
			rc = written < 0 ? job_retry(job, errno, POLLOUT) : -EIO;
		}
	}
	return rc;
}

int shmbox_send(const struct shmbox_map *map, struct shmbox_job *job)
{
	int rc = job_begin_with_fd(map, job);

	if (rc < 0 || job->length == 0)
		return rc;
	if (job->length <= SMALL && all_present(map, job->offset, (size_t)job->length))
		return send_small(map, job);
	return send_large(map, job);
}
