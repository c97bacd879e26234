/* SPDX-License-Identifier: MIT */
/* put_header.c - the records and the header of a member, as they are written */

#include <stdarg.h>
#include <stdio.h>

#include "archive/archive.h"

/* The largest numbers in fields of 8 and 12 bytes: 7 and 11 octal digits, and a NUL. */
#define SMALL_MAX UINT64_C(07777777)
#define LARGE_MAX UINT64_C(077777777777)

enum { RECORDS_ROOM = 4096, RECORD_ROOM = 512 };

struct records {
	const struct sum_tables *tables;
	size_t used;
	uint32_t check;
	char text[RECORDS_ROOM];
};

/* Adds "LENGTH KEYWORD=VALUE\n"; LENGTH includes its own digits. */
__attribute__((format(printf, 3, 4))) static void
add(struct records *records, const char *keyword, const char *format, ...)
{
	char value[RECORD_ROOM];
	char number[24];
	size_t digits = 1;
	size_t rest;
	va_list list;

	va_start(list, format);
	vsnprintf(value, sizeof(value), format, list);
	va_end(list);
	rest = strlen(keyword) + strlen(value) + strlen(" =\n");
	while ((size_t)snprintf(number, sizeof(number), "%zu", digits + rest) != digits)
		digits++;
	records->used += (size_t)snprintf(records->text + records->used,
	                                  RECORDS_ROOM - records->used, "%s %s=%s\n",
	                                  number, keyword, value);
}

/*
 * Adds one of our records. A program that packs an unpacked archive again may change their
 * order, so the check is an xor, which does not depend on it.
 */
__attribute__((format(printf, 3, 4))) static void
add_ours(struct records *records, const char *name, const char *format, ...)
{
	char keyword[RECORD_ROOM];
	char value[RECORD_ROOM];
	va_list list;

	va_start(list, format);
	vsnprintf(value, sizeof(value), format, list);
	va_end(list);
	snprintf(keyword, sizeof(keyword), OUR_RECORDS "%s", name);
	records->check ^= sum_of_record(records->tables, name, value);
	add(records, keyword, "%s", value);
}

static void describe(struct records *records, const struct shmbox_member *member)
{
	add_ours(records, "version", "1");
	add_ours(records, "key", "0x%08x", (unsigned)member->key);
	if (member->id >= 0)
		add_ours(records, "id", "%d", member->id);
	add_ours(records, "size", "%llu", (unsigned long long)member->size);
	add_ours(records, "mode", "%03o", (unsigned)member->mode);
	add_ours(records, "uid", "%u", (unsigned)member->owner_uid);
	add_ours(records, "gid", "%u", (unsigned)member->owner_gid);
	add_ours(records, "creator", "%u:%u", (unsigned)member->creator_uid,
	         (unsigned)member->creator_gid);
	add_ours(records, "times", "%lld %lld %lld", (long long)member->attach_time,
	         (long long)member->detach_time, (long long)member->change_time);
	if (member->huge_page >= 0)
		add_ours(records, "hugepage", "%lld", (long long)member->huge_page);
	add_ours(records, "locked", "%d", member->locked);
	if (member->host[0])
		add_ours(records, "host", "%s", member->host);
	add(records, OUR_RECORDS "check", "%08x", (unsigned)records->check);
}

/* Adds the numbers that are too large for the header. */
static void add_large(struct records *records, const struct shmbox_member *member,
                      uint64_t stored)
{
	if (stored > LARGE_MAX)
		add(records, "size", "%llu", (unsigned long long)stored);
	if (member->owner_uid > SMALL_MAX)
		add(records, "uid", "%u", (unsigned)member->owner_uid);
	if (member->owner_gid > SMALL_MAX)
		add(records, "gid", "%u", (unsigned)member->owner_gid);
}

static void write_octal(char *field, size_t length, uint64_t number)
{
	for (size_t i = length - 1; i-- > 0; number >>= 3)
		field[i] = (char)('0' + (number & 7));
}

static int put_ustar(struct shmbox_dump *dump, const struct shmbox_member *member,
                     const char *name, char type, uint64_t stored)
{
	bool records = type == 'x';
	struct ustar header = {
		.typeflag = type,
		.magic = "ustar",
		.version = { '0', '0' },
	};

	/* our names are short enough for the fields */
	snprintf(header.name, sizeof(header.name), "%s", name);
	snprintf(header.uname, sizeof(header.uname), "%s", member->user);
	snprintf(header.gname, sizeof(header.gname), "%s", member->group);
	write_octal(header.mode, sizeof(header.mode), records ? 0644 : member->mode);
	write_octal(header.uid, sizeof(header.uid), member->owner_uid & SMALL_MAX);
	write_octal(header.gid, sizeof(header.gid), member->owner_gid & SMALL_MAX);
	write_octal(header.size, sizeof(header.size), stored > LARGE_MAX ? 0 : stored);
	write_octal(header.mtime, sizeof(header.mtime),
	            member->change_time > 0 ? (uint64_t)member->change_time & LARGE_MAX
	                                    : 0);
	write_octal(header.devmajor, sizeof(header.devmajor), 0);
	write_octal(header.devminor, sizeof(header.devminor), 0);
	write_octal(header.checksum, sizeof(header.checksum) - 1, checksum_of(&header));
	header.checksum[7] = ' ';
	return put_bytes(dump, &header, BLOCK);
}

int put_header(struct shmbox_dump *dump, const struct shmbox_member *member,
               uint64_t stored, bool sparse)
{
	struct records records = { .tables = &dump->own->tables };
	char name[SHMBOX_NAME_SIZE + 32];
	int rc;

	add_large(&records, member, stored);
	if (sparse) {
		add(&records, "GNU.sparse.major", "1");
		add(&records, "GNU.sparse.minor", "0");
		add(&records, "GNU.sparse.name", "%s", member->name);
		add(&records, "GNU.sparse.realsize", "%llu",
		    (unsigned long long)member->size);
	}
	describe(&records, member);
	snprintf(name, sizeof(name), "PaxHeaders/%s", member->name);
	rc = put_ustar(dump, member, name, 'x', records.used);
	if (rc == 0)
		rc = put_bytes(dump, records.text, records.used);
	if (rc == 0)
		rc = put_padding(dump, records.used);
	snprintf(name, sizeof(name), "%s%s", sparse ? "GNUSparseFile.0/" : "",
	         member->name);
	return rc ? rc : put_ustar(dump, member, name, '0', stored);
}

int put_sums_header(struct shmbox_dump *dump, uint64_t length)
{
	const struct shmbox_member sums = { .mode = 0644 };

	return put_ustar(dump, &sums, SUMS_NAME, '0', length);
}
