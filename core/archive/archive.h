/* SPDX-License-Identifier: MIT */
/* archive.h - the state of an archive that is written or read */
#ifndef ARCHIVE_H
#define ARCHIVE_H

#include "archive/pax.h"
#include "archive/sum.h"

/* A line of CKSUM. */
struct sum_line {
	char *name;
	uint64_t size;
	uint32_t sum;
	bool known; /* false if the member was skipped: sum is not set */
};

struct sums {
	struct sum_line *lines; /* from malloc(3), as is each name */
	size_t count;
	size_t room;
};

struct shmbox_archive {
	struct sum_tables tables;
	struct sums members; /* the sums of the members that were written or read */
	struct sums listed;  /* when reading: the lines of CKSUM */
	size_t used;         /* bytes of the buffer that are still to be written */
	int skipped;         /* headers of members that are not files */
	char buffer[ARCHIVE_PIECE];
};

/* ---- sums.c ---- */

/* Appends a copy of the line. Returns 0, -ENOMEM, or -E2BIG past MEMBERS_MAX. */
int sums_add(struct sums *sums, const struct sum_line *line);
void sums_free(struct sums *sums);

/*
 * Sorts both by name and compares them; a sum that is not known is not compared. Returns NULL
 * if they agree; otherwise the difference, in constant words, and the name in *name.
 */
const char *sums_compare(struct sums *members, struct sums *listed, const char **name);

/* Reads "SUM SIZE NAME" from text into line; line->name points into text. */
bool sums_parse(char *text, struct sum_line *line);

/* ---- put.c ---- */

/* The functions below return 0, or what put() returned. */
int put_bytes(struct shmbox_dump *dump, const void *bytes, size_t length);
/* Writes the bytes that are still in the buffer. */
int put_flush(struct shmbox_dump *dump);
/* Writes zeros up to the next whole block after length bytes. */
int put_padding(struct shmbox_dump *dump, uint64_t length);

/* ---- put_header.c ---- */

/*
 * Writes the records and the header of a member that takes stored bytes. The data of a sparse
 * member begins with the map of its holes.
 */
int put_header(struct shmbox_dump *dump, const struct shmbox_member *member,
               uint64_t stored, bool sparse);
/* Writes the header of CKSUM, which has length bytes. */
int put_sums_header(struct shmbox_dump *dump, uint64_t length);

/* ---- put_map.c ---- */

/*
 * Writes the map of the holes of a segment of size bytes; without dump, only counts. Returns
 * the number of bytes, which are whole blocks, or what put() returned.
 */
int64_t put_map(struct shmbox_dump *dump, const struct extents *extents, uint64_t size);

#endif
