/* SPDX-License-Identifier: MIT */
/* extents.c - the runs of data in a segment */

#include "archive/pax.h"

int extents_add(struct extents *extents, uint64_t offset, uint64_t length)
{
	struct extent *last = extents->count ? &extents->runs[extents->count - 1] : NULL;
	struct extent *more;

	if (last && last->offset + last->length == offset) {
		last->length += length;
		return 0;
	}
	if (extents->count == EXTENTS_MAX)
		return -E2BIG;
	if (!extents->runs || extents->count == extents->room) {
		size_t room = extents->room ? 2 * extents->room : 64;

		more = realloc(extents->runs, room * sizeof(*more));
		if (!more)
			return -ENOMEM;
		extents->runs = more;
		extents->room = room;
	}
	extents->runs[extents->count++] =
		(struct extent){ .offset = offset, .length = length };
	return 0;
}
