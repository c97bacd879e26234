/* gone.c - wait until the memory of a segment is given back */

#include <time.h>

#include "core.h"

enum { SECOND = 1000000000, SHORTEST = 1000000, LONGEST = 50000000 };

static uint64_t now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (uint64_t)time.tv_sec * SECOND + (uint64_t)time.tv_nsec;
}

/* Ids come again, if not soon: what never changes of a segment must be the same. */
static bool is_there(const struct shmbox_info *info)
{
	struct shmbox_info found;
	int rc = shmbox_stat(info->id, &found);

	if (rc < 0)
		return rc != -ENOENT;
	return found.size == info->size && found.creator_pid == info->creator_pid &&
	       found.creator_uid == info->creator_uid &&
	       found.creator_gid == info->creator_gid && found.removed >= info->removed;
}

int shmbox_wait_gone(const struct shmbox_info *info, uint64_t *timeout)
{
	uint64_t began = now();
	uint64_t left = timeout ? *timeout : UINT64_MAX;
	uint64_t pause = SHORTEST;
	bool there;

	/* the kernel tells nobody that a segment goes */
	while ((there = is_there(info)) && left > 0) {
		uint64_t wait = pause < left ? pause : left;
		uint64_t passed;

		nanosleep(&(struct timespec){ .tv_nsec = (long)wait }, NULL);
		passed = now() - began;
		if (timeout)
			left = passed < *timeout ? *timeout - passed : 0;
		pause = pause < LONGEST / 2 ? pause * 2 : LONGEST;
	}
	if (timeout)
		*timeout = left;
	return there ? -ETIMEDOUT : 0;
}
