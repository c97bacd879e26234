/* SPDX-License-Identifier: MIT */
/* snapshot.c - detect changes of the bytes of a range */

#include "segment/snapshot.h"
#include "segment/word.h"
#include "text/io.h"

static int read_digest(const struct snapshot *snapshot, uint64_t *digest)
{
	return shmbox_digest(snapshot->map, snapshot->offset, snapshot->length, digest);
}

int snapshot_take(struct snapshot *snapshot)
{
	return read_digest(snapshot, &snapshot->digest);
}

static int has_changed(void *data)
{
	const struct snapshot *snapshot = data;
	uint64_t digest;
	int rc = read_digest(snapshot, &digest);

	if (rc < 0 || digest != snapshot->digest)
		return rc < 0 ? rc : 1;
	return snapshot->printed ? output_reader() : 0;
}

int snapshot_wait(struct snapshot *snapshot, uint64_t timeout, bool wakeable)
{
	const struct shmbox_watch watch = {
		.look = has_changed,
		.data = snapshot,
		.timeout = timeout,
		.map = snapshot->map,
		.wakeable = wakeable,
		.word = word_of(snapshot->offset),
	};

	return shmbox_wait(&watch);
}
