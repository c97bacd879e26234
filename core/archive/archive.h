/* archive.h - what an archive that is written or read keeps */
#ifndef ARCHIVE_H
#define ARCHIVE_H

#include "archive/pax.h"
#include "archive/sum.h"

/* A line of CKSUM. */
struct sum_line {
	char *name;
	uint64_t size;
	uint32_t sum;
	bool known; /* false: of a member that was skipped */
};

struct sums {
	struct sum_line *lines; /* one malloc(3) block, and one for each name */
	size_t count;
	size_t room;
};

struct shmbox_archive {
	struct sum_tables tables;
	struct sums members; /* those that were written or read */
	struct sums listed;  /* what CKSUM said of them; when reading */
	size_t used;         /* bytes of the buffer that are still to be written */
	int skipped;         /* headers since the last member that are none */
	char buffer[ARCHIVE_PIECE];
};

/* ---- sums.c ---- */

/* Appends a copy of the line. Returns 0, -ENOMEM, or -E2BIG past MEMBERS_MAX. */
int sums_add(struct sums *sums, const struct sum_line *line);
void sums_free(struct sums *sums);

/*
 * Sorts both. NULL if every member is listed and each sum that is known is the one that is
 * listed, and no others are; or what is wrong, in constant words, and with *name.
 */
const char *sums_compare(struct sums *members, struct sums *listed, const char **name);

/* Reads a line "SUM SIZE NAME" of length bytes, without its newline; false if it is none. */
bool sums_parse(char *text, struct sum_line *line);

/* ---- put.c ---- */

/* Each returns 0, or what put() returned. */
int put_bytes(struct shmbox_dump *dump, const void *bytes, size_t length);
/* Writes the bytes that are still in the buffer. */
int put_flush(struct shmbox_dump *dump);
/* Fills the block up with zeros after a member's length bytes. */
int put_padding(struct shmbox_dump *dump, uint64_t length);

/* ---- header.c ---- */

/*
 * The headers of a member of stored bytes. A sparse member begins with the map of its holes.
 */
int put_header(struct shmbox_dump *dump, const struct shmbox_member *member,
               uint64_t stored, bool sparse);
/* The header of CKSUM. */
int put_sums_header(struct shmbox_dump *dump, uint64_t length);

#endif
