/* dump.h - segments into an archive */
#ifndef DUMP_H
#define DUMP_H

#include <shmbox/shmbox.h>

/* A segment that is to be dumped. */
struct dumped {
	struct shmbox_info info;
	const char *word; /* as the user typed it, or its id */
	char text[16];    /* that id */
};

/* How. */
struct dump_options {
	bool freeze;
	bool stable;
	bool borrow;
	bool progress;
	bool verbose;
	unsigned flags;
};

/*
 * Writes all of them to a descriptor, which messages call name. Says what stopped it, and
 * returns a status.
 */
int dump_all(struct dumped *list, size_t count, const struct dump_options *options,
             int fd, const char *name);

#endif
