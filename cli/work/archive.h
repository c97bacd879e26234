/* archive.h - an archive of segments that is read */
#ifndef ARCHIVE_H
#define ARCHIVE_H

#include <shmbox/shmbox.h>

#include "work/task.h"

/* What a child that fills a segment shares with its parent. */
struct archive_shared {
	struct shmbox_restore reader;
	struct task task;
	const struct shmbox_map *map;
};

/* Zero-initialise, set only, archive_open(); archive_close() is due whatever happens. */
struct archive {
	const char
		*only; /* names of the members that are wanted, with commas; NULL: all */
	const char *name; /* for messages */
	int fd;
	bool is_file; /* it can be read twice */
	int64_t start;
	uint64_t found; /* bits of those names that were met */
	struct archive_shared *shared;
	struct shmbox_member member; /* the one that was read last */
};

/* A file, or standard input for NULL and "-". Says why it cannot, and returns a status. */
int archive_open(struct archive *archive, const char *path);
/* Starts at its beginning, once more if it is a file. Returns a status. */
int archive_begin(struct archive *archive, unsigned flags);
void archive_close(struct archive *archive);

/*
 * The next member that is wanted, in archive->member: 1; 0 at the end, or after a failure, which
 * it says, and which is in *status then.
 */
int archive_next(struct archive *archive, int *status);

/* Says what is wrong with the archive, where a function of the library returned rc. */
int archive_failed(const struct archive *archive, int rc);

#endif
