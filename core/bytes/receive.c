/*
 * receive.c - bytes from a descriptor into a segment
 *
 * sendfile(2) or pwrite(2) into the segment as a file, where that is allowed, need no page
 * fault for each page; else read(2) works on the mapping itself. Either way the kernel
 * touches the pages, so want of memory is an error and no signal.
 */

#include <fcntl.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/sendfile.h>
#include <sys/stat.h>

#include "job.h"

enum { BUFFER = 262144, COPY_PIECE = 1048576 };

struct receiving {
	const struct shmbox_map *map;
	struct shmbox_job *job;
	struct source source;
	bool regular;      /* the input is a file, which may have holes itself */
	bool releasable;   /* pages of zeros may be given back */
	bool advice;       /* huge pages come to who asks for them: see advise() */
	uint64_t known;    /* of a file: how much of it is left */
	uint64_t data_end; /* of the input: no hole is before this place of it */
	unsigned refused;
	int ended; /* what ends the job, once all that was read is stored; or 0 */
	char *buffer;
};

/* ---- ways to move bytes: each returns 1 to go on, 0 at the end of the input, or -errno ---- */

static int came(struct receiving *receiving, unsigned how, uint64_t bytes)
{
	int rc;

	receiving->job->how |= how;
	rc = job_advance(receiving->job, bytes);
	if (!receiving->ended)
		receiving->ended = rc;
	return 1;
}

/* What the segment's file says if it gets no page; anything else is the input's. */
static int want_of_memory(int error)
{
	return error == ENOSPC || error == ENOMEM ? -EFAULT : -error;
}

/* Asks for huge pages where there is enough to fill one, which a pipe shows only by then. */
static void advise(struct receiving *receiving)
{
	const struct shmbox_job *job = receiving->job;

	if (!receiving->advice ||
	    (job->done < WINDOW && receiving->known < job->done + WINDOW))
		return;
	/* all of it, for a mapping in two parts is not found in map_files any more */
	madvise(receiving->map->address, (size_t)receiving->map->size, MADV_HUGEPAGE);
	receiving->advice = false;
}

static int by_copy(struct receiving *receiving, uint64_t offset, uint64_t length)
{
	char *to = (char *)receiving->map->address + offset;
	uint64_t room = window_move(&receiving->source.window, offset,
	                            least(length, WINDOW - offset % WINDOW), false);
	ssize_t got;

	advise(receiving);
	got = read(receiving->job->fd, to, (size_t)least(room, COPY_PIECE));
	if (got <= 0)
		return got < 0 ? -errno : 0;
	return came(receiving, SHMBOX_BY_COPY, (uint64_t)got);
}

static int by_sendfile(struct receiving *receiving, uint64_t offset, uint64_t length)
{
	ssize_t moved;

	if (lseek(receiving->source.file, (off_t)offset, SEEK_SET) < 0)
		return -errno;
	moved = sendfile(receiving->source.file, receiving->job->fd, NULL,
	                 (size_t)least(length, JOB_PIECE));
	if (moved <= 0)
		return moved < 0 ? want_of_memory(errno) : 0;
	return came(receiving, SHMBOX_BY_SENDFILE, (uint64_t)moved);
}

/* Puts bytes of ours into the segment: how many, or -errno. */
static int64_t store(struct receiving *receiving, uint64_t offset, const char *bytes,
                     size_t length)
{
	ssize_t stored;

	if (receiving->refused & SHMBOX_BY_BUFFER) {
		length = (size_t)window_move(&receiving->source.window, offset, length,
		                             false);
		return shmbox_write(receiving->map, offset, bytes, length);
	}
	do
		stored = pwrite(receiving->source.file, bytes, length, (off_t)offset);
	while (stored < 0 && errno == EINTR);
	return stored;
}

/* What was read and cannot be stored is lost, so no failure is one to try again after. */
static int put(struct receiving *receiving, unsigned how, const char *bytes,
               size_t length)
{
	while (length > 0) {
		int64_t stored =
			store(receiving, job_place(receiving->job), bytes, length);

		if (stored <= 0)
			return -EFAULT;
		came(receiving, how, (uint64_t)stored);
		bytes += stored;
		length -= (size_t)stored;
	}
	return 1;
}

static ssize_t fetch(struct receiving *receiving, uint64_t offset, uint64_t length)
{
	/* so that the next piece begins with a page */
	uint64_t most = BUFFER - offset % page_size();
	ssize_t got;

	if (!receiving->buffer) {
		receiving->buffer = malloc(BUFFER);
		if (!receiving->buffer)
			return -ENOMEM;
	}
	got = read(receiving->job->fd, receiving->buffer, (size_t)least(length, most));
	return got < 0 ? -errno : got;
}

static int by_buffer(struct receiving *receiving, uint64_t offset, uint64_t length)
{
	ssize_t got = fetch(receiving, offset, length);

	return got <= 0
	               ? (int)got
	               : put(receiving, SHMBOX_BY_BUFFER, receiving->buffer, (size_t)got);
}

/* ---- sparse ---- */

/* How many of these bytes belong together: whole pages of zeros, or all up to the next of these. */
static size_t alike(const char *bytes, size_t length, uint64_t offset, bool *zero)
{
	size_t page = (size_t)page_size();
	size_t used = 0;

	while (used < length) {
		size_t step = (size_t)least(length - used, page - (offset + used) % page);
		bool empty = step == page && is_zero(bytes + used, step);

		if (used > 0 && empty != *zero)
			break;
		*zero = empty;
		used += step;
	}
	return used;
}

static int put_zeros(struct receiving *receiving, uint64_t length)
{
	uint64_t end = job_place(receiving->job) + length;

	return zero_range(&receiving->source, receiving->job, length,
	                  receiving->releasable ? end : 0);
}

/* The same for zeros that were read, all of which have to get there; 1 or -errno. */
static int put_read_zeros(struct receiving *receiving, uint64_t length)
{
	struct shmbox_job *job = receiving->job;
	int (*progress)(void *context) = job->progress;
	int rc;

	job->progress = NULL;
	rc = put_zeros(receiving, length);
	job->progress = progress;
	return rc < 0 ? rc : came(receiving, 0, 0);
}

/* Leaves out a hole of the input; 1 if there was one, 0 if data comes next. */
static int skip_hole(struct receiving *receiving, uint64_t length)
{
	uint64_t before = receiving->job->done;
	int fd = receiving->job->fd;
	off_t place = receiving->regular ? lseek(fd, 0, SEEK_CUR) : -1;
	off_t data;
	off_t end;

	if (place < 0 || (uint64_t)place < receiving->data_end)
		return 0;
	data = lseek(fd, place, SEEK_DATA);
	if (data < 0)
		data = errno == ENXIO ? lseek(fd, 0, SEEK_END) : place;
	end = data > place ? data : lseek(fd, place, SEEK_HOLE);
	receiving->data_end = end < 0 ? UINT64_MAX : (uint64_t)end;
	length = data > place ? least(length, (uint64_t)(data - place)) : 0;
	if (lseek(fd, place + (off_t)length, SEEK_SET) < 0)
		return -errno;
	if (length == 0)
		return 0;
	receiving->ended = put_zeros(receiving, length);
	/* what it did not come to is still to be read */
	if (receiving->ended)
		lseek(fd, place + (off_t)(receiving->job->done - before), SEEK_SET);
	return 1;
}

static int by_sparse(struct receiving *receiving, uint64_t offset, uint64_t length)
{
	bool direct = !(receiving->refused & SHMBOX_BY_BUFFER);
	int rc = skip_hole(receiving, length);
	ssize_t got;

	if (rc != 0)
		return rc;
	got = fetch(receiving, offset, length);
	if (got <= 0)
		return (int)got;
	rc = 1;
	for (size_t used = 0, same = 0; rc > 0 && used < (size_t)got; used += same) {
		const char *bytes = receiving->buffer + used;
		bool zero = false;

		same = alike(bytes, (size_t)got - used, job_place(receiving->job), &zero);
		if (zero)
			rc = put_read_zeros(receiving, same);
		else
			rc = put(receiving, direct ? SHMBOX_BY_BUFFER : SHMBOX_BY_COPY,
			         bytes, same);
	}
	return rc;
}

/* ---- all of it ---- */

static unsigned choose(const struct receiving *receiving)
{
	static const unsigned order[] = { SHMBOX_BY_SENDFILE, SHMBOX_BY_BUFFER };

	for (size_t i = 0; i < sizeof(order) / sizeof(*order); i++) {
		if (!(receiving->refused & order[i]))
			return order[i];
	}
	return SHMBOX_BY_COPY;
}

static int receive_some(struct receiving *receiving, unsigned how)
{
	uint64_t offset = job_place(receiving->job);
	uint64_t length = job_left(receiving->job);

	if (receiving->job->flags & SHMBOX_SPARSE)
		return by_sparse(receiving, offset, length);
	switch (how) {
	case SHMBOX_BY_SENDFILE:
		return by_sendfile(receiving, offset, length);
	case SHMBOX_BY_BUFFER:
		return by_buffer(receiving, offset, length);
	default:
		return by_copy(receiving, offset, length);
	}
}

static int receive_all(struct receiving *receiving)
{
	const struct shmbox_job *job = receiving->job;

	while (job_left(job) > 0 && !receiving->ended) {
		unsigned how = choose(receiving);
		int rc = receive_some(receiving, how);

		if (rc == -EINTR || rc == -EAGAIN)
			receiving->ended = job_again(job, -rc, POLLIN);
		/* its end of the input is not always one, and its errors may be its own */
		else if (rc <= 0 && how == SHMBOX_BY_SENDFILE && rc != -EFAULT)
			receiving->refused |= how;
		else if (rc <= 0)
			return rc;
	}
	return receiving->ended;
}

/* Whether huge pages are there for who asks for them (kernel-doc: admin-guide/mm/transhuge). */
static bool huge_pages_on_advice(void)
{
	char text[80];

	return read_file("/sys/kernel/mm/transparent_hugepage/shmem_enabled", text,
	                 sizeof(text)) > 0 &&
	       strncmp(text + strcspn(text, "["), "[advise]", 8) == 0;
}

/* A limit that is for files says nothing of segments, but would end us (SIGXFSZ). */
static bool exceeds_file_limit(const struct shmbox_job *job)
{
	struct rlimit limit;

	return getrlimit(RLIMIT_FSIZE, &limit) == 0 &&
	       limit.rlim_cur < job->offset + job->length;
}

static int look_at_input(struct receiving *receiving)
{
	int fd = receiving->job->fd;
	struct stat st;
	off_t place;

	if (fstat(fd, &st) < 0)
		return -errno;
	if (S_ISFIFO(st.st_mode) && receiving->job->length > SMALL)
		make_room(fd);
	place = S_ISREG(st.st_mode) ? lseek(fd, 0, SEEK_CUR) : -1;
	receiving->regular = place >= 0;
	if (receiving->regular && st.st_size > place)
		receiving->known = (uint64_t)(st.st_size - place);
	return 0;
}

static void rule_out(struct receiving *receiving)
{
	const struct shmbox_job *job = receiving->job;
	const struct source *source = &receiving->source;
	bool sparse = job->flags & SHMBOX_SPARSE;

	receiving->releasable = sparse && may_release(source);
	receiving->advice = !sparse && !source->huge && job->length >= WINDOW &&
	                    huge_pages_on_advice();
	if (!receiving->regular || sparse)
		receiving->refused |= SHMBOX_BY_SENDFILE;
	if (source->file < 0 || source->huge || receiving->advice ||
	    exceeds_file_limit(job))
		receiving->refused |= SHMBOX_BY_SENDFILE | SHMBOX_BY_BUFFER;
}

/* For little of it, read(2) into the mapping is all that is worth while. */
static bool is_little(const struct receiving *receiving)
{
	const struct shmbox_job *job = receiving->job;

	return !(job->flags & SHMBOX_SPARSE) &&
	       (job->length <= SMALL || (receiving->known && receiving->known <= SMALL));
}

int shmbox_receive(const struct shmbox_map *map, struct shmbox_job *job)
{
	struct receiving receiving = { .map = map, .job = job };
	int rc = job_begin_with_fd(map, job);

	if (rc == 0 && !map->writable)
		rc = -EACCES;
	if (rc == 0)
		rc = look_at_input(&receiving);
	if (rc < 0)
		return rc;
	if (is_little(&receiving)) {
		source_none(&receiving.source, map);
		receiving.refused = SHMBOX_BY_SENDFILE | SHMBOX_BY_BUFFER;
	} else {
		rc = source_open(&receiving.source, map);
		if (rc < 0)
			return rc;
		rule_out(&receiving);
	}
	rc = receive_all(&receiving);
	if (job->flags & SHMBOX_SPARSE)
		job->how |= receiving.source.how;
	free(receiving.buffer);
	source_close(&receiving.source);
	return rc;
}
