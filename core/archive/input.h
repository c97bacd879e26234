/* SPDX-License-Identifier: MIT */
/* input.h - an archive as it is read, and the records of a member */
#ifndef INPUT_H
#define INPUT_H

#include "archive/archive.h"
#include "archive/number.h"

/* Notes what is wrong with the archive, in constant words; returns -EBADMSG. */
int bad_archive(struct shmbox_restore *restore, const char *problem);

/* ---- take.c ---- */

/* Reads exactly length bytes: 0 or -errno; -EBADMSG if the input ends earlier. */
int take_bytes(struct shmbox_restore *restore, void *bytes, size_t length);
/* Reads at most length bytes; returns the number read, 0 at the end of the input, or -errno. */
int64_t take_some(struct shmbox_restore *restore, void *bytes, size_t length);
/* Skips length bytes; in a file, without reading them. */
int take_nothing(struct shmbox_restore *restore, uint64_t length);
/* Reads at most a block; bad_archive() with problem if a byte of it is not zero. */
int take_zeros(struct shmbox_restore *restore, uint64_t length, const char *problem);
/* The descriptor of the input, or -1. */
int descriptor_of(const struct shmbox_restore *restore);

/* ---- keywords.c ---- */

/* The records before a member. */
struct records {
	struct shmbox_member member; /* the facts that the records contain */
	bool any;
	bool has_size;
	bool has_name;
	bool has_uid;
	bool has_gid;
	bool has_time;
	bool sparse; /* a map of GNU.sparse 1.0 precedes the data */
	bool sparse_minor;
	bool sparse_name;   /* there is a GNU.sparse.name, which overrides path */
	bool sparse_size;   /* there is a GNU.sparse.realsize */
	bool other_sparse;  /* the map has another format */
	uint64_t stored;    /* the value of size: bytes in the archive */
	uint64_t real_size; /* the value of GNU.sparse.realsize: bytes of the segment */
	unsigned ours;      /* a bit for each of our records that is required */
	uint32_t sum;       /* the sum of our records */
	uint32_t check;     /* the sum that they must have */
};

/*
 * Takes one record; a keyword that is not known is ignored. Returns false if the value is
 * wrong.
 */
bool take_record(struct shmbox_restore *restore, struct records *records,
                 const char *keyword, const char *value);
/* What is wrong with the records as a whole, in constant words, or NULL. */
const char *check_records(const struct records *records);

/* ---- records.c ---- */

/* Reads length bytes of records: 0 or -errno. */
int read_records(struct shmbox_restore *restore, uint64_t length,
                 struct records *records);

/* ---- read_header.c ---- */

/* NULL, or words for the beginning of a compressed file. */
const char *check_compressed(const struct ustar *header);
/* What is wrong with a header, in constant words, or NULL. */
const char *check_header(const struct ustar *header);
/* Takes from the header what the records do not contain. Returns what is wrong, or NULL. */
const char *take_header(const struct ustar *header, struct records *records);

/* ---- read_sums.c ---- */

/* Reads CKSUM, which has length bytes: 0 or -errno. */
int read_sums(struct shmbox_restore *restore, uint64_t length);

/* ---- read_map.c ---- */

/* Reads the map before the data: 0 or -errno. The caller frees extents->runs. */
int read_map(struct shmbox_restore *restore, struct extents *extents);

#endif
