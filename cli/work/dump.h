/* SPDX-License-Identifier: MIT */
/* dump.h - segments into an archive */
#ifndef DUMP_H
#define DUMP_H

#include <shmbox/shmbox.h>

/* A segment that is to be dumped. */
struct dumped {
	struct shmbox_info info;
	const char *word; /* the word that the user typed, or text */
	char text[16];    /* its id */
};

/* How segments are dumped. */
struct dump_options {
	bool freeze;
	bool stable;
	bool borrow;
	bool progress;
	bool verbose;
	unsigned flags;
};

/*
 * Writes an archive of all segments in the list to a descriptor, which messages call name.
 * Reports a failure, and returns a status.
 */
int dump_all(struct dumped *list, size_t count, const struct dump_options *options,
             int fd, const char *name);

#endif
