/* SPDX-License-Identifier: MIT */
/* put_map.c - the map of holes of GNU.sparse 1.0, as it is written */

#include <stdio.h>

#include "archive/archive.h"

/*
 * Writes one number of the map, or two if second is not NULL; without dump, only counts.
 * Returns the number of bytes, or what put() returned.
 */
static int64_t put_numbers(struct shmbox_dump *dump, uint64_t first,
                           const uint64_t *second)
{
	char text[48];
	int length =
		second ? snprintf(text, sizeof(text), "%llu\n%llu\n",
	                          (unsigned long long)first, (unsigned long long)*second)
		       : snprintf(text, sizeof(text), "%llu\n",
	                          (unsigned long long)first);
	int rc = dump ? put_bytes(dump, text, (size_t)length) : 0;

	return rc ? rc : length;
}

/*
 * The map is the number of runs, then offset and length of each run, each number on a line of
 * its own. A hole at the end of the segment needs a last run of 0 bytes.
 */
int64_t put_map(struct shmbox_dump *dump, const struct extents *extents, uint64_t size)
{
	const struct extent *runs = extents->runs;
	size_t count = extents->count;
	bool open = count == 0 || runs[count - 1].offset + runs[count - 1].length < size;
	const uint64_t nothing = 0;
	int64_t length = put_numbers(dump, count + open, NULL);
	uint64_t all = (uint64_t)length;
	int rc;

	for (size_t i = 0; length > 0 && i < count; i++) {
		length = put_numbers(dump, runs[i].offset, &runs[i].length);
		all += (uint64_t)length;
	}
	if (length > 0 && open) {
		length = put_numbers(dump, size, &nothing);
		all += (uint64_t)length;
	}
	if (length <= 0)
		return length;
	rc = dump ? put_padding(dump, all) : 0;
	return rc ? rc : (int64_t)(all + padding_of(all));
}
