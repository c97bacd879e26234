/* snapshot.h - whether the bytes of a range have changed since they were looked at */
#ifndef SNAPSHOT_H
#define SNAPSHOT_H

#include <shmbox/shmbox.h>

/* Set the first part, then snapshot_take(). */
struct snapshot {
	const struct shmbox_map *map;
	uint64_t offset;
	uint64_t length;
	/* snapshot.c's own */
	uint64_t digest;
};

/* Remembers the bytes by their digest: 0, or what shmbox_digest() returned. */
int snapshot_take(struct snapshot *snapshot);

/*
 * Waits until a byte has changed: returns 1, or what shmbox_wait() returned. wakeable: a
 * process that wakes the first word of the range ends the sleep early.
 */
int snapshot_wait(struct snapshot *snapshot, uint64_t timeout, bool wakeable);

#endif
