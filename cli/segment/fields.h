/* SPDX-License-Identifier: MIT */
/* fields.h - several fields of one segment: read, printed, and followed */
#ifndef FIELDS_H
#define FIELDS_H

#include "segment/field.h"

/* A field, and its values: current, and as last printed. */
struct view {
	struct field field;
	void *now; /* NULL if the values are too many: they are read while they are printed */
	void *before; /* NULL unless follow is set */
};

/* Zero-initialise, set the first part, then call fields_begin(). */
struct fields {
	const struct shmbox_map *map;
	int count;
	bool follow; /* the fields are printed again after each change */
	bool json;
	bool stamp; /* the time is printed before them */
	/* fields.c's own */
	struct view *views;
};

/*
 * Allocates count fields. Returns false if there is no memory. Call fields_end() in any
 * case.
 */
bool fields_begin(struct fields *fields);
void fields_end(struct fields *fields);

/*
 * Sets the field at index and computes its offset, or reports why it does not fit.
 * Returns a status.
 */
int fields_set(struct fields *fields, int index, const char *word,
               const struct field *field, enum alignment alignment);

/* Reads all fields. Returns 0 or more, or a negated errno. */
int fields_read(struct fields *fields);
/* Prints the fields, and reads those that were not kept. Returns 0 or a negated errno. */
int fields_print(struct fields *fields);

/*
 * Waits until a field differs from what was printed, and reads all fields. Returns 1, or
 * a negated errno of shmbox_wait(), or of output_reader().
 */
int fields_wait(struct fields *fields, uint64_t timeout);

#endif
