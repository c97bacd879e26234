/* SPDX-License-Identifier: MIT */
/* snapshot.h - detect changes of the bytes of a range */
#ifndef SNAPSHOT_H
#define SNAPSHOT_H

#include <shmbox/shmbox.h>

/* Set the first part, then call snapshot_take(). */
struct snapshot {
	const struct shmbox_map *map;
	uint64_t offset;
	uint64_t length;
	bool printed; /* to standard output: the wait ends when the reader of that has gone */
	/* private to snapshot.c */
	uint64_t digest;
};

/* Stores the digest of the bytes. Returns 0 or a negated errno of shmbox_digest(). */
int snapshot_take(struct snapshot *snapshot);

/*
 * Waits until a byte differs from the snapshot. Returns 1, or a negated errno of
 * shmbox_wait() or output_reader(). wakeable: futex(2) wake-ups of the first word of the range end the sleep
 * early.
 */
int snapshot_wait(struct snapshot *snapshot, uint64_t timeout, bool wakeable);

#endif
