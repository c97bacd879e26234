/* SPDX-License-Identifier: MIT */
/* source.h - read a segment, and find its holes */
#ifndef SOURCE_H
#define SOURCE_H

#include "bytes/file.h"
#include "bytes/job.h"
#include "bytes/kernel_copy.h"

/* ---- window.c ---- */

/* The part of a mapping that is in our page tables: it limits our resident size. */
struct window {
	const struct shmbox_map *map;
	uint64_t start;
	uint64_t end;
};

/*
 * Moves the window to offset, unless it contains offset; maps its pages in one call if
 * populate is true. Returns how many of length bytes at offset are in the window.
 */
uint64_t window_move(struct window *window, uint64_t offset, uint64_t length,
                     bool populate);
/* Removes the window from our page tables. */
void window_close(struct window *window);

/* ---- source.c ---- */

/* A segment that is read, its file if we may open it, and what is known of its holes. */
struct source {
	const struct shmbox_map *map;
	struct window window;
	int file;         /* from map_files, or -1 */
	bool huge;        /* it has huge pages, or may have them */
	bool empty;       /* it had no huge page when it was opened */
	unsigned how;     /* SHMBOX_BY_SEEK or SHMBOX_BY_MINCORE; 0: all may be data */
	bool to_file;     /* bytes are written to the file: see may_write_file() */
	unsigned copied;  /* SHMBOX_BY_ bits of the ways that copied */
	uint64_t through; /* bytes that were copied through the mapping at first */
	struct kernel_copy kernel;
	struct swap swap; /* at the last mincore(2) */
	/* the result of mincore(2) for this many pages from offset resident_start */
	uint64_t resident_start;
	size_t pages;
	unsigned char resident[PAGES];
};

/* A range that is either a hole or data. */
struct run {
	uint64_t length;
	bool hole; /* all bytes are zero, and reading them need not allocate memory */
};

/*
 * Prepares to read a segment. Returns 0, and always does so for an attached map; or the
 * errors of shmbox_borrow(). After success, call source_close().
 */
int source_open(struct source *source, const struct shmbox_map *map);
void source_close(struct source *source);
/* Does the same without any system call: holes are unknown, and there is no file. */
void source_init(struct source *source, const struct shmbox_map *map);

/* Returns the run at offset, up to end at most. */
struct run source_run(struct source *source, uint64_t offset, uint64_t end);

/* True if all pages of a range of up to PAGES pages are known to be in memory. */
bool all_present(const struct shmbox_map *map, uint64_t offset, size_t length);

/* Copies a range that is inside the segment. Returns 0 or a negated errno. */
int source_read(struct source *source, uint64_t offset, void *buffer, size_t length);

/* True if the next length bytes should be copied by kernel_copy(). */
bool by_kernel(struct source *source, uint64_t length);

/* True if it is known that an access at offset would take a huge page from the pool. */
bool would_take_huge_page(const struct shmbox_map *map, uint64_t offset);

/* ---- huge.c ---- */

/* Returns the bytes of a huge page of the segment, or 0 if unknown. */
uint64_t huge_page_size(const struct source *source);

/* True if the kernel counts no page of the segment in memory or swap. */
bool has_no_page(int id);

/* True if an access may take a huge page from the pool, because a page may be missing. */
bool lacks_huge_pages(const struct source *source);

/* source_run() for huge pages. Takes no page from the pool. */
struct run huge_run(const struct source *source, uint64_t offset, uint64_t end);

/*
 * Touches a run that may contain data. If the pool lacks a huge page for it, that page
 * was never written: run becomes a hole that ends with the page or before. Returns 0 or a
 * negated errno.
 */
int touch_run(const struct source *source, uint64_t offset, struct run *run, bool write);

/* ---- store.c ---- */

/* True if the segment can be written as a file up to end: RLIMIT_FSIZE permits that. */
bool may_write_file(const struct source *source, uint64_t end);

/*
 * Copies bytes into a range that is inside the segment. Returns how many were stored,
 * which may be fewer, or a negated errno.
 */
int64_t source_write(struct source *source, uint64_t offset, const void *bytes,
                     size_t length);

/*
 * Does the same with zeros, but never through the mapping. Returns 0 if no other way
 * is possible.
 */
int64_t source_zero(struct source *source, uint64_t offset, uint64_t length);

/* ---- wipe.c ---- */

/* True if pages of zeros may be given back to the system. */
bool may_release(const struct source *source);

/*
 * Zeros the next length bytes of the job. Gives whole pages up to release_end back to the
 * system, unless the kernel refuses; keeps holes; writes zeros otherwise. Returns 0, a
 * negated errno, or the value of progress() that ends the job.
 */
int zero_range(struct source *source, struct shmbox_job *job, uint64_t length,
               uint64_t release_end);

#endif
