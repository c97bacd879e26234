/* SPDX-License-Identifier: MIT */
/*
 * archives.c - a fuzz target for archives of segments
 *
 * An input is a few pieces with PIECE between them, so that a short one makes an archive whose
 * lengths and checksums are right. The first byte of a piece says what it is:
 *   H  a header: its type, what stands in its field for the size, a comma, its name
 *   R  records: a line KEYWORD=VALUE for each; their header and lengths are added
 *   X  the same, but the records as they stand
 *   D  data, with zeros up to the end of the block
 *   Z  the two blocks of zeros at the end
 * Anything else is bytes as they stand.
 */

/* before applet.h, which poisons what it declares */
#include "archive/pax.h"

#include "fuzz.h"

enum { PIECE = 0x1e, ARCHIVE_ROOM = 1 << 20 };

static char archive[ARCHIVE_ROOM];
static size_t used;
static size_t place;

static void add(const void *bytes, size_t length)
{
	CHECK(length <= ARCHIVE_ROOM - used);
	memcpy(archive + used, bytes, length);
	used += length;
}

static void add_padding(size_t length)
{
	static const char zeros[BLOCK];

	add(zeros, padding_of(length));
}

static void add_header(char type, const char *size, size_t size_length, const char *name,
                       size_t name_length)
{
	struct ustar header = { .typeflag = type, .magic = "ustar", .mode = "0000640" };

	memcpy(header.size, size,
	       size_length < sizeof(header.size) ? size_length : sizeof(header.size));
	memcpy(header.name, name,
	       name_length < sizeof(header.name) ? name_length : sizeof(header.name));
	snprintf(header.checksum, sizeof(header.checksum), "%06o", checksum_of(&header));
	header.checksum[7] = ' ';
	add(&header, BLOCK);
}

static void add_records(const char *records, size_t length)
{
	char size[12];

	snprintf(size, sizeof(size), "%011o", (unsigned)length);
	add_header('x', size, sizeof(size), "x", 1);
	add(records, length);
	add_padding(length);
}

/* With the length in front of each, which counts its own digits. */
static void add_lines(const char *text, size_t length)
{
	static char records[ARCHIVE_ROOM / 4];
	size_t total = 0;

	while (length > 0) {
		const char *end = memchr(text, '\n', length);
		size_t line = end ? (size_t)(end - text) : length;
		size_t digits = 1;
		char number[24];

		while ((size_t)snprintf(number, sizeof(number), "%zu",
		                        line + digits + 2) != digits)
			digits++;
		CHECK(total + line + digits + 2 < sizeof(records));
		memcpy(records + total, number, digits);
		records[total + digits] = ' ';
		memcpy(records + total + digits + 1, text, line);
		total += digits + line + 2;
		records[total - 1] = '\n';
		text += end ? line + 1 : line;
		length -= end ? line + 1 : line;
	}
	add_records(records, total);
}

static void add_piece(const char *piece, size_t length)
{
	static const char zeros[2 * BLOCK];
	const char *comma = length > 2 ? memchr(piece + 2, ',', length - 2) : NULL;

	if (*piece == 'H' && comma)
		add_header(piece[1], piece + 2, (size_t)(comma - piece) - 2, comma + 1,
		           (size_t)(piece + length - comma) - 1);
	else if (*piece == 'R')
		add_lines(piece + 1, length - 1);
	else if (*piece == 'X')
		add_records(piece + 1, length - 1);
	else if (*piece == 'Z')
		add(zeros, sizeof(zeros));
	else if (*piece == 'D') {
		add(piece + 1, length - 1);
		add_padding(length - 1);
	} else {
		add(piece, length);
	}
}

static int64_t get(void *context, void *bytes, size_t length)
{
	size_t left = used - place;
	size_t piece = length < left ? length : left;

	CHECK(!context);
	memcpy(bytes, archive + place, piece);
	place += piece;
	return (int64_t)piece;
}

static void check_member(const struct shmbox_member *member)
{
	CHECK(member->name[0] && memchr(member->name, 0, sizeof(member->name)));
	CHECK(!strchr(member->name, '/'));
	CHECK(memchr(member->user, 0, sizeof(member->user)) &&
	      memchr(member->group, 0, sizeof(member->group)) &&
	      memchr(member->host, 0, sizeof(member->host)));
	CHECK(member->size > 0 && member->size <= INT64_MAX && member->mode <= 0777);
	CHECK(member->id >= 0 || member->id == SHMBOX_UNKNOWN);
	CHECK(member->described || member->key == 0);
}

static void read_archive(bool data)
{
	struct shmbox_restore reader = { .get = get };
	struct shmbox_member member;
	int rc = shmbox_restore_begin(&reader);

	place = 0;
	while (rc == 0 && (rc = shmbox_restore_next(&reader, &member)) == 1) {
		check_member(&member);
		rc = data ? shmbox_restore_data(&reader, NULL, NULL) : 0;
	}
	CHECK(rc == 0 || rc == -EBADMSG);
	CHECK((rc == 0) == !reader.problem);
	CHECK(reader.place == place && (rc < 0 || place == used));
	shmbox_restore_end(&reader);
}

static void run_archive(const char *input, size_t length)
{
	used = 0;
	while (length > 0) {
		const char *end = memchr(input, PIECE, length);
		size_t piece = end ? (size_t)(end - input) : length;

		if (piece > 0)
			add_piece(input, piece);
		input += end ? piece + 1 : piece;
		length -= end ? piece + 1 : piece;
	}
	read_archive(true);
	read_archive(false);
}

const struct target archive_targets[] = {
	{ "archive", run_archive },
	{ NULL, NULL },
};
