/* SPDX-License-Identifier: MIT */
/* path.h - search the PATH for a command */
#ifndef PATH_H
#define PATH_H

#include <stdbool.h>

enum { PATH_ROOM = 4096 };

/*
 * Stores in path the file that a shell would run for name. Returns false if there is no
 * such file on the PATH.
 */
bool search_path(const char *name, char path[PATH_ROOM]);

#endif
