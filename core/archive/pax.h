/* SPDX-License-Identifier: MIT */
/* pax.h - the blocks of a pax archive (POSIX, pax, Extended Description) */
#ifndef PAX_H
#define PAX_H

#include "core.h"

enum { BLOCK = 512 };

/* The header of a member. Numbers are octal digits; a NUL ends a text that is shorter. */
struct ustar {
	char name[100];
	char mode[8];
	char uid[8];
	char gid[8];
	char size[12];
	char mtime[12];
	char checksum[8];
	char typeflag;
	char linkname[100];
	char magic[6];
	char version[2];
	char uname[32];
	char gname[32];
	char devmajor[8];
	char devminor[8];
	char prefix[155];
	char unused[12];
};

_Static_assert(sizeof(struct ustar) == BLOCK, "a header is one block");

/* The number of bytes from length to the next whole block. */
static inline uint64_t padding_of(uint64_t length)
{
	return (BLOCK - length % BLOCK) % BLOCK;
}

/* The sum of the bytes of the header, in which the eight of the sum count as blanks. */
static inline unsigned checksum_of(const struct ustar *header)
{
	const unsigned char *bytes = (const unsigned char *)header;
	unsigned sum = sizeof(header->checksum) * ' ';

	for (size_t i = 0; i < BLOCK; i++)
		sum += bytes[i];
	for (size_t i = 0; i < sizeof(header->checksum); i++)
		sum -= (unsigned char)header->checksum[i];
	return sum;
}

#define OUR_RECORDS "SCHILY.xattr.user.shmbox."
#define SUMS_NAME "CKSUM"

/* Limits: members of an archive; runs of data and bytes of records of a member. */
enum { MEMBERS_MAX = 65536, EXTENTS_MAX = 4194304, RECORDS_MAX = 262144 };

/* Bytes that are read or written in one call. */
enum { ARCHIVE_PIECE = 131072 };

/* A run of data in a segment. */
struct extent {
	uint64_t offset;
	uint64_t length;
};

struct extents {
	struct extent *runs; /* from malloc(3) */
	size_t count;
	size_t room;
};

/* ---- extents.c ---- */

/*
 * Appends a run; a run that begins where the last one ends extends it. Returns 0, -ENOMEM, or
 * -E2BIG past EXTENTS_MAX.
 */
int extents_add(struct extents *extents, uint64_t offset, uint64_t length);

#endif
