/* path.h - where a shell finds a command */
#ifndef PATH_H
#define PATH_H

#include <stdbool.h>

enum { PATH_ROOM = 4096 };

/* Where a shell finds name, in path; false if it is nowhere on the PATH. */
bool search_path(const char *name, char path[PATH_ROOM]);

#endif
