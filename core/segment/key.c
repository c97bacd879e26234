/* key.c - the key of a path, as ftok(3) computes it */

#include <sys/stat.h>

#include "core.h"

/* The formula of ftok(3), which itself cannot distinguish the key -1 from a failure. */
int shmbox_key(const char *path, int proj, key_t *key)
{
	struct stat st;

	if (stat(path, &st) < 0)
		return -errno;
	*key = (key_t)(((unsigned)proj & 0xff) << 24 |
	               ((unsigned)st.st_dev & 0xff) << 16 |
	               ((unsigned)st.st_ino & 0xffff));
	return *key == IPC_PRIVATE ? -ERANGE : 0;
}
