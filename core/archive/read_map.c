/* SPDX-License-Identifier: MIT */
/* read_map.c - the map of holes of GNU.sparse 1.0, as it is read */

#include "archive/input.h"

/* The map, which takes whole blocks of the member. */
struct reading {
	struct shmbox_restore *restore;
	size_t next;
	char block[BLOCK + 1];
};

static int next_block(struct reading *reading)
{
	struct shmbox_restore *restore = reading->restore;
	int rc;

	if (restore->left < BLOCK)
		return bad_archive(restore, "its map of holes is cut off");
	rc = take_bytes(restore, reading->block, BLOCK);
	restore->left -= BLOCK;
	reading->block[BLOCK] = '\0';
	reading->next = 0;
	return rc;
}

/* Reads a line with a number, which may continue in the next block. */
static int next_number_of_map(struct reading *reading, uint64_t *number)
{
	char text[24];
	size_t used = 0;

	for (;;) {
		int rc = reading->next == BLOCK ? next_block(reading) : 0;
		char letter;

		if (rc < 0)
			return rc;
		letter = reading->block[reading->next++];
		if (letter == '\n')
			break;
		if (used == sizeof(text) - 1)
			return bad_archive(reading->restore,
			                   "a number in its map of holes is too long");
		text[used++] = letter;
	}
	text[used] = '\0';
	if (!read_whole(text, 10, INT64_MAX, number))
		return bad_archive(reading->restore,
		                   "a number in its map of holes is wrong");
	return 0;
}

static int read_runs(struct reading *reading, uint64_t count, struct extents *extents)
{
	struct shmbox_restore *restore = reading->restore;
	uint64_t end = 0;
	uint64_t offset = 0;
	uint64_t length = 0;
	int rc = 0;

	for (; rc == 0 && count > 0; count--) {
		rc = next_number_of_map(reading, &offset);
		if (rc == 0)
			rc = next_number_of_map(reading, &length);
		if (rc < 0)
			return rc;
		if (offset < end)
			return bad_archive(restore, "its map of holes is not ascending");
		if (offset > restore->size || length > restore->size - offset)
			return bad_archive(restore, "its map of holes is past its size");
		end = offset + length;
		if (length > 0)
			rc = extents_add(extents, offset, length);
	}
	return rc;
}

/* True if the lengths of all runs add up to left. */
static bool is_whole(const struct extents *extents, uint64_t left)
{
	for (size_t i = 0; i < extents->count; i++) {
		if (extents->runs[i].length > left)
			return false;
		left -= extents->runs[i].length;
	}
	return left == 0;
}

int read_map(struct shmbox_restore *restore, struct extents *extents)
{
	struct reading reading = { .restore = restore, .next = BLOCK };
	uint64_t count = 0;
	int rc = next_number_of_map(&reading, &count);

	if (rc == 0 && count > EXTENTS_MAX)
		rc = bad_archive(restore, "its map of holes is too long");
	if (rc == 0)
		rc = read_runs(&reading, count, extents);
	if (rc < 0)
		return rc;
	for (; reading.next < BLOCK; reading.next++) {
		if (reading.block[reading.next])
			return bad_archive(restore,
			                   "bytes after its map of holes are not zero");
	}
	return is_whole(extents, restore->left)
	               ? 0
	               : bad_archive(restore, "its map of holes has another length "
	                                      "than its data");
}
