/* input.h - an archive as it is read, and what is known of a member before its data */
#ifndef INPUT_H
#define INPUT_H

#include "archive/archive.h"
#include "archive/number.h"

/* Says what is wrong with the archive, in constant words; returns -EBADMSG. */
int bad_archive(struct shmbox_restore *restore, const char *problem);

/* ---- take.c ---- */

/* Reads exactly length bytes: 0, or -errno; -EBADMSG if the input ends before that. */
int take_bytes(struct shmbox_restore *restore, void *bytes, size_t length);
/* Reads at most length bytes; returns how many, 0 at the end of the input. */
int64_t take_some(struct shmbox_restore *restore, void *bytes, size_t length);
/* Skips length bytes, without reading them where that is possible. */
int take_nothing(struct shmbox_restore *restore, uint64_t length);
/* Reads length bytes; bad_archive() with problem if one of them is not zero. */
int take_zeros(struct shmbox_restore *restore, uint64_t length, const char *problem);
/* The descriptor of the input, or -1. */
int descriptor_of(const struct shmbox_restore *restore);

/* ---- records.c ---- */

/* What records say of the member that follows them. */
struct records {
	struct shmbox_member member; /* as far as it is in the records */
	bool any;
	bool has_size;
	bool has_name;
	bool has_uid;
	bool has_gid;
	bool has_time;
	bool sparse; /* it has a map of GNU.sparse 1.0 */
	bool sparse_minor;
	bool sparse_name;   /* its name is in GNU.sparse.name, which goes before path */
	bool sparse_size;   /* and so is its size, in .. */
	bool other_sparse;  /* it has a map of another kind */
	uint64_t stored;    /* what size says */
	uint64_t real_size; /* .. this */
	unsigned ours;      /* bits of those of our records that are there */
	uint32_t sum;       /* of our records */
	uint32_t check;     /* what it should be */
};

/* Reads length bytes of records: 0 or -errno. */
int read_records(struct shmbox_restore *restore, uint64_t length,
                 struct records *records);
/* What is wrong with our records as a whole, or NULL. */
const char *check_records(const struct records *records);

/* ---- map.c ---- */

/* Reads the map that stands before the data: 0 or -errno; extents are the caller's to free. */
int read_map(struct shmbox_restore *restore, struct extents *extents);

#endif
