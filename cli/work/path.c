/* SPDX-License-Identifier: MIT */
/* path.c - search the PATH for a command */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "work/path.h"

bool search_path(const char *name, char path[PATH_ROOM])
{
	const char *directory = getenv("PATH");

	while (*name && directory && *directory) {
		size_t length = strcspn(directory, ":");

		if (length && length + strlen(name) + sizeof("/") <= PATH_ROOM) {
			snprintf(path, PATH_ROOM, "%.*s/%s", (int)length, directory,
			         name);
			if (access(path, X_OK) == 0)
				return true;
		}
		directory += length + (directory[length] == ':');
	}
	return false;
}
