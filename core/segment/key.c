/* SPDX-License-Identifier: MIT */
/* key.c - the key of a path, as ftok(3) computes it, and random keys */

#include <sys/random.h>
#include <sys/stat.h>
#include <time.h>

#include "segment/segment.h"

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

/* The caller detects a collision, so a clock is enough if there is no entropy yet. */
key_t random_key(void)
{
	struct timespec now;
	key_t key = IPC_PRIVATE;

	while (key == IPC_PRIVATE) {
		if (getrandom(&key, sizeof(key), GRND_NONBLOCK) == (ssize_t)sizeof(key))
			continue;
		clock_gettime(CLOCK_MONOTONIC, &now);
		key = (key_t)((unsigned)now.tv_nsec * 2654435761U ^ (unsigned)getpid());
	}
	return key;
}

int shmbox_new_key(key_t *key)
{
	int id;

	do {
		*key = random_key();
		id = shmbox_lookup((struct shmbox_ref){ .by_key = true, .key = *key });
	} while (id >= 0);
	return id == -ENOENT ? 0 : id;
}
