/* SPDX-License-Identifier: MIT */
/* outfile.h - a file that is there only when all of it is written */
#ifndef OUTFILE_H
#define OUTFILE_H

#include <stdbool.h>

#include "work/new_segment.h"
#include "work/path.h"

struct outfile {
	const char *path;
	bool replace; /* an existing file is replaced in the end */
	int fd;
	char name[PATH_ROOM + 8]; /* of the file beside it that is written */
	struct unfinished unfinished;
};

/* Opens a file beside path, which a signal removes. Says why it cannot, and returns a status. */
int outfile_open(struct outfile *file, const char *path, bool replace);
/* Gives it its name once it is on the disk; or removes it, as it does if status is a failure. */
int outfile_close(struct outfile *file, int status);

#endif
