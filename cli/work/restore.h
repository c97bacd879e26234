/* restore.h - new segments from an archive: all of them, or none */
#ifndef RESTORE_H
#define RESTORE_H

#include "applet.h"
#include "work/archive.h"
#include "work/new_segment.h"

/* What is to be another than it was. */
struct restore_options {
	const struct args *args;
	int mode_option; /* the index of --mode in args */
	struct owner owner;
	bool same_owner; /* where owner does not say it */
	bool same_id;
	bool new_keys;
	bool no_keys;
	bool ordinary_pages;
	bool progress;
};

/* A segment that was made. */
struct restored {
	char name[64]; /* cut, if it is longer */
	int old_id;    /* or SHMBOX_UNKNOWN */
	uint64_t size;
	bool set_owner;
	mode_t mode;
	uid_t uid;
	gid_t gid;
};

/* What was, or would be, made. */
struct restore {
	const struct restore_options *options;
	struct archive *archive;
	uint64_t bytes; /* of those that would be made */
	uint64_t pages;
	uint64_t count;
	struct restored *made; /* one for each id in unfinished */
	struct unfinished unfinished;
	size_t room;
};

/*
 * Reads the whole archive and checks whether all of it could be made; with data, also whether it
 * is whole. Makes nothing. Returns a status.
 */
int restore_check(struct restore *restore, bool data);

/*
 * Makes the segments, and gives them owner and mode when all of them are whole. After a failure
 * or a signal none of them is left; otherwise restore->made is to be told, and unfinished_end()
 * is due. Returns a status.
 */
int restore_make(struct restore *restore);
void restore_free(struct restore *restore);

#endif
