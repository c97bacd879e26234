/* SPDX-License-Identifier: MIT */
/* copy_bytes.c - copy bytes from one segment to another, or inside one */

#include "bytes/source.h"

struct copying {
	struct source target;
	uint64_t offset; /* of the next byte in the target */
};

/* A hole that is not known as one is read as zeros: these take no memory either. */
static int copy_zeros(struct copying *copying, uint64_t length)
{
	struct shmbox_job job = {
		.offset = copying->offset,
		.length = length,
		.flags = SHMBOX_SPARSE,
	};

	copying->offset += length;
	return shmbox_wipe(copying->target.map, &job);
}

static int copy_piece(void *data, const void *bytes, uint64_t length)
{
	struct copying *copying = data;
	const char *from = bytes;

	if (!from || is_zero(from, (size_t)length))
		return copy_zeros(copying, length);
	while (length > 0) {
		int64_t stored = source_write(&copying->target, copying->offset, from,
		                              (size_t)length);

		if (stored <= 0)
			return stored == -ENOMEM ? -ENOMEM : -EFAULT;
		copying->offset += (uint64_t)stored;
		from += stored;
		length -= (uint64_t)stored;
	}
	return 0;
}

/* A copy by shmbox_blank() has the id of the segment, and other memory. */
static bool overlap(const struct shmbox_map *from, uint64_t from_offset,
                    const struct shmbox_map *to, uint64_t to_offset, uint64_t length)
{
	uint64_t distance = from_offset < to_offset ? to_offset - from_offset
	                                            : from_offset - to_offset;

	return from->id == to->id && !from->copy && distance < length;
}

int shmbox_copy_bytes(const struct shmbox_map *from, uint64_t from_offset,
                      const struct shmbox_map *to, uint64_t to_offset, uint64_t length)
{
	struct shmbox_job job = { .offset = from_offset, .length = length };
	struct copying copying = { .offset = to_offset };
	int rc = check_range(from, from_offset, length);

	if (rc == 0)
		rc = check_range(to, to_offset, length);
	if (rc == 0 && (!to->writable || !to->address))
		rc = -EACCES;
	if (rc == 0 && overlap(from, from_offset, to, to_offset, length))
		rc = -EINVAL;
	if (rc == 0)
		rc = source_open(&copying.target, to);
	if (rc < 0)
		return rc;
	copying.target.to_file = may_write_file(&copying.target, to_offset + length);
	rc = shmbox_walk(from, &job, copy_piece, &copying);
	source_close(&copying.target);
	return rc;
}
