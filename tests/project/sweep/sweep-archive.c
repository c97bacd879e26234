/* SPDX-License-Identifier: MIT */
/* sweep-archive.c - an archive in words that are the same in each run */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sweep-text.h"

enum { BLOCK = 512, NAME = 100, SIZE = 124, KIND = 156 };

/* The records and the header of one member. */
struct member {
	char records[STATE]; /* those that are the same in each run */
	char name[NAME + 1];
	size_t size; /* of the segment, with its holes */
	bool sparse;
};

static size_t whole(size_t length)
{
	return (length + BLOCK - 1) / BLOCK * BLOCK;
}

/* The times change, and with them the check. The host and huge pages may be unknown. */
static bool varies(const char *keyword)
{
	static const char *const names[] = { "times=", "check=", "host=", "hugepage=" };
	const char *name = strrchr(keyword, '.') ? strrchr(keyword, '.') + 1 : keyword;

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		if (strncmp(name, names[i], strlen(names[i])) == 0)
			return true;
	}
	return false;
}

static void take_record(struct member *member, const char *record)
{
	static const char size[] = "GNU.sparse.realsize=";
	static const char name[] = "GNU.sparse.name=";

	if (strncmp(record, size, strlen(size)) == 0)
		member->size = strtoul(record + strlen(size), NULL, 10);
	else if (strncmp(record, name, strlen(name)) == 0)
		snprintf(member->name, sizeof(member->name), "%.*s", NAME,
		         record + strlen(name));
	member->sparse |= strncmp(record, "GNU.sparse.", 11) == 0;
	/* holes that are not found are data */
	if (strncmp(record, "GNU.sparse.", 11) != 0 && !varies(record))
		snprintf(member->records + strlen(member->records),
		         STATE - strlen(member->records), "%s ", record);
}

static void take_records(struct member *member, const char *at, const char *end)
{
	char record[STATE];

	while (at < end) {
		const char *newline = memchr(at, '\n', (size_t)(end - at));
		const char *blank = memchr(at, ' ', (size_t)(end - at));

		if (!newline || !blank)
			return;
		snprintf(record, sizeof(record), "%.*s", (int)(newline - blank - 1),
		         blank + 1);
		take_record(member, record);
		at = newline + 1;
	}
}

/* Where the next number of a map is in *at; it is moved past its line. */
static size_t number(const char **at)
{
	char *end;
	size_t value = strtoul(*at, &end, 10);

	*at = end + 1;
	return value;
}

static unsigned long hash_on(unsigned long hash, const char *at, size_t length)
{
	for (size_t i = 0; i < length; i++)
		hash = hash * 33 ^ (at ? (unsigned char)at[i] : 0);
	return hash;
}

/* The content with its holes; end is where the archive ends. */
static unsigned long hash_of(const struct member *member, const char *at, const char *end)
{
	unsigned long hash = 5381;
	const char *map = at;
	const char *data = at;
	size_t runs = 1;
	size_t place = 0;

	if (member->sparse) {
		runs = number(&map);
		for (size_t i = 0; i < runs * 2; i++)
			number(&map);
		data = at + whole((size_t)(map - at));
		map = at;
		number(&map);
	}
	for (size_t i = 0; i < runs; i++) {
		size_t offset = member->sparse ? number(&map) : 0;
		size_t length = member->sparse ? number(&map) : member->size;

		if (offset < place || length > (size_t)(end - data))
			return 0;
		hash = hash_on(hash_on(hash, NULL, offset - place), data, length);
		place = offset + length;
		data += length;
	}
	return hash;
}

void plain_archive(const char *bytes, size_t length, char text[STATE])
{
	static const struct member none;
	const char *end = bytes + length;
	struct member member = none;

	*text = '\0';
	while ((size_t)(end - bytes) >= BLOCK && *bytes) {
		size_t stored = strtoul(bytes + SIZE, NULL, 8);
		const char *data = bytes + BLOCK;

		if (stored > (size_t)(end - data))
			break;
		if (bytes[KIND] == 'x') {
			take_records(&member, data, data + stored);
		} else {
			if (!member.sparse) {
				snprintf(member.name, sizeof(member.name), "%.100s",
				         bytes);
				member.size = stored;
			}
			snprintf(text + strlen(text), STATE - strlen(text),
			         "%s %zu %lx %s\n", member.name, member.size,
			         hash_of(&member, data, end), member.records);
			member = none;
		}
		bytes = data + whole(stored);
	}
	snprintf(text + strlen(text), STATE - strlen(text), "%td bytes at the end\n",
	         end - bytes);
}
