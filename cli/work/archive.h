/* SPDX-License-Identifier: MIT */
/* archive.h - an archive of segments that is read */
#ifndef ARCHIVE_H
#define ARCHIVE_H

#include <shmbox/shmbox.h>

#include "work/task.h"

/* Memory that a child, which fills a segment, shares with its parent. */
struct archive_shared {
	struct shmbox_restore reader;
	struct task task;
	const struct shmbox_map *map;
};

/* Zero-initialise, set only, and call archive_open(). Always call archive_close(). */
struct archive {
	const char *only; /* names of the wanted members, with commas; NULL: all */
	const char *name; /* for messages */
	int fd;
	bool is_file; /* it can be read twice */
	int64_t start;
	uint64_t found; /* a bit for each of these names that was found */
	struct archive_shared *shared;
	struct shmbox_member member; /* the last one that was read */
};

/* Opens a file, or standard input for NULL and "-". Reports a failure; returns a status. */
int archive_open(struct archive *archive, const char *path);
/* Begins to read; reads a file from its start again. Returns a status. */
int archive_begin(struct archive *archive, unsigned flags);
void archive_close(struct archive *archive);

/*
 * Reads the next wanted member into archive->member. Returns 1; or 0 at the end, or after a
 * failure, which is reported and stored in *status.
 */
int archive_next(struct archive *archive, int *status);

/* Reports what is wrong after a function of the library returned rc; returns a status. */
int archive_failed(const struct archive *archive, int rc);

#endif
