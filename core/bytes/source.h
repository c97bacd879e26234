/* source.h - what is in a segment, and where it has holes */
#ifndef SOURCE_H
#define SOURCE_H

#include "bytes/file.h"
#include "bytes/job.h"

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

/* Whether an access at offset would take a huge page from the pool, as far as that is known. */
bool would_take_huge_page(const struct shmbox_map *map, uint64_t offset);

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
