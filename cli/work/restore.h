/* SPDX-License-Identifier: MIT */
/* restore.h - new segments from an archive: all of them, or none */
#ifndef RESTORE_H
#define RESTORE_H

#include "applet.h"
#include "work/archive.h"
#include "work/new_segment.h"

/* What differs from the segments that were dumped. */
struct restore_options {
	const struct args *args;
	int mode_option; /* the index of --mode in args */
	struct owner owner;
	bool same_owner; /* where owner is not set */
	bool same_id;
	bool new_keys;
	bool no_keys;
	bool ordinary_pages;
	bool progress;
};

/* A new segment. */
struct restored {
	char name[64]; /* shortened if it is longer */
	int old_id;    /* the id in the archive, or SHMBOX_UNKNOWN */
	uint64_t size;
	mode_t mode;
	uid_t uid;
	gid_t gid;
};

/* The segments that are made, or would be. */
struct restore {
	const struct restore_options *options;
	struct archive *archive;
	uint64_t bytes; /* size of all segments that would be made */
	uint64_t pages;
	uint64_t count;
	struct restored *made; /* one for each id in unfinished.ids */
	struct unfinished unfinished;
	size_t room;
};

/*
 * Reads the archive and checks whether all segments could be made; with data, also checks the
 * data. Makes nothing. Returns a status.
 */
int restore_check(struct restore *restore, bool data);

/*
 * Makes the segments, and sets owner and mode when all are complete. Returns a status. A failure
 * or a signal removes all of them. After a success the caller prints restore->made, and then
 * calls unfinished_end().
 */
int restore_make(struct restore *restore);
void restore_free(struct restore *restore);

#endif
