/* SPDX-License-Identifier: MIT */
/* put.c - the buffer in which small pieces of an archive are collected */

#include "archive/archive.h"
#include "bytes/job.h"

int put_flush(struct shmbox_dump *dump)
{
	size_t used = dump->own->used;

	dump->own->used = 0;
	return used ? dump->put(dump->context, dump->own->buffer, used) : 0;
}

int put_bytes(struct shmbox_dump *dump, const void *bytes, size_t length)
{
	struct shmbox_archive *own = dump->own;
	const char *from = bytes;
	int rc = 0;

	dump->written += length;
	while (rc == 0 && length > 0) {
		size_t piece = (size_t)least(length, ARCHIVE_PIECE - own->used);

		memcpy(own->buffer + own->used, from, piece);
		own->used += piece;
		from += piece;
		length -= piece;
		if (own->used == ARCHIVE_PIECE)
			rc = put_flush(dump);
	}
	return rc;
}

int put_padding(struct shmbox_dump *dump, uint64_t length)
{
	static const char zeros[BLOCK];

	return put_bytes(dump, zeros, (size_t)padding_of(length));
}
