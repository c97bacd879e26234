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

/* ---- window.c ---- */

/* The part of a mapping that is in our page tables, so that resident size stays small. */
struct window {
	const struct shmbox_map *map;
	uint64_t start;
	uint64_t end;
};

/*
 * Moves the window to offset, unless it is there; pages are read in ahead if populate.
 * Returns how many of length bytes it has from there on.
 */
uint64_t window_move(struct window *window, uint64_t offset, uint64_t length,
                     bool populate);
void window_close(struct window *window);

/* ---- source.c ---- */

/* What may be told of swap at one moment. */
struct swap {
	bool none;       /* this machine has no swap at all */
	int64_t used;    /* bytes of the segment in swap, or SHMBOX_UNKNOWN */
	int64_t returns; /* pages that came back from swap so far, or SHMBOX_UNKNOWN */
};

/* What is known of a segment's holes, and the segment as a file where that is allowed. */
struct source {
	const struct shmbox_map *map;
	struct window window;
	int file;     /* from map_files, or -1 */
	bool huge;    /* huge pages, or pages that might be */
	bool empty;   /* and it had none of them when it was opened */
	unsigned how; /* SHMBOX_BY_SEEK or SHMBOX_BY_MINCORE; 0: anything may be data */
	struct swap swap;
	/* what mincore(2) said of so many pages from this offset on */
	uint64_t looked_at;
	size_t pages;
	unsigned char resident[PAGES];
};

/* Bytes that are all of one kind. */
struct run {
	uint64_t length;
	bool hole; /* only zeros, and reading them need not take memory; otherwise maybe data */
};

/*
 * Never fails for a map that is attached; for a borrowed one, as shmbox_borrow() does.
 * When it has not failed, source_close() is due.
 */
int source_open(struct source *source, const struct shmbox_map *map);
void source_close(struct source *source);
/* The same without a look: nothing is known. */
void source_none(struct source *source, const struct shmbox_map *map);

/* The run at offset, which ends at end or before. */
struct run source_run(struct source *source, uint64_t offset, uint64_t end);

/* Whether every page of the range has memory; false if that is not known, or it is large. */
bool all_present(const struct shmbox_map *map, uint64_t offset, size_t length);

/* Copies all of a range that lies inside the segment. Returns 0 or -errno. */
int source_read(struct source *source, uint64_t offset, void *buffer, size_t length);

/* The descriptor, or one in its place that is no standard stream; -1 with errno set. */
int above_streams(int fd);

/* ---- huge.c ---- */

/* How many bytes a page of this source has, which has huge pages; 0 if that cannot be told. */
uint64_t huge_page_size(const struct source *source);

/* Whether the kernel counts no page of the segment. */
bool has_no_page(int id);

/* Whether a huge page of it is missing, or may be: an access would take it from the pool. */
bool lacks_huge_pages(const struct source *source);

/* source_run() of huge pages: it takes none from the pool. */
struct run huge_run(const struct source *source, uint64_t offset, uint64_t end);

/*
 * touch() of a run that may contain data. A huge page that the pool does not have was never
 * written: then the run is a hole, which ends with that page or before. Returns 0 or -errno.
 */
int touch_run(const struct source *source, uint64_t offset, struct run *run, bool write);

/* ---- wipe.c ---- */

/* Whether pages of the segment may be given back where they hold nothing but zeros. */
bool may_release(const struct source *source);

/*
 * Zeros over the next length bytes of the job: whole pages up to release_end are given
 * back if the kernel takes them, holes stay holes, and all else is written.
 */
int zero_range(struct source *source, struct shmbox_job *job, uint64_t length,
               uint64_t release_end);

#endif
