/* SPDX-License-Identifier: MIT */
/* field.h - typed values in a segment: their offsets, their text, and comparisons */
#ifndef FIELD_H
#define FIELD_H

#include <shmbox/shmbox.h>

#include "parse/value.h"
#include "text/json.h"

/*
 * Which fields are accepted: only aligned ones; unaligned ones too, as with --tear; or
 * only aligned ones in an applet without --tear, because shmbox_wait() requires
 * alignment.
 */
enum alignment { ALIGNED, ANY_ALIGNMENT, ALWAYS_ALIGNED };

/*
 * Checks that the field is aligned, if it must be, and reports if it is not. Returns a
 * status. A negative offset depends on the size of the segment: only field_place() checks
 * it.
 */
int field_aligned(const char *object, const struct field *field,
                  enum alignment alignment);

/*
 * Computes the offset of the layout in the segment, or reports why it does not fit.
 * Returns a status.
 */
int field_place(const char *object, struct field *field, const struct shmbox_map *map,
                enum alignment alignment);

/*
 * Allocates room for its values, which the caller frees. Returns NULL if there is no
 * memory.
 */
void *field_room(const struct field *field);

/* Reads the values: numbers, or text followed by a NUL. Returns 0 or a negated errno. */
int field_get(const struct shmbox_map *map, const struct field *field, void *values);

/* True if the values differ from values read earlier. */
bool field_differs(const struct field *field, const void *values, const void *before);

/* ---- field_print.c ---- */

/*
 * Prints the field as shmpeek does, without a newline. If values is NULL, the values are
 * too many to be kept: they are read and printed in pieces, and an error ends the output
 * there. Returns 0 or a negated errno of the read.
 */
int field_show(const struct shmbox_map *map, const struct field *field,
               const void *values);
int field_show_json(struct json *json, const struct shmbox_map *map,
                    const struct field *field, const void *values);
/* The same for values that were read already. */
void field_print(const struct field *field, const void *values);
/* Writes one of its numbers to out, which has room for TEXT_MAX bytes. Returns out. */
char *field_text(char *out, const struct field *field, uint64_t number);
/* True if the values are too many to be kept. */
bool field_is_large(const struct field *field);

/* The value and the comparison that a field is to satisfy. */
struct wanted {
	enum comparison comparison;
	uint64_t number;
	const char *text; /* for a str */
	const char
		*option; /* that the value was given to, for messages; NULL: an operand */
};

/*
 * Parses the value to compare with, or reports what is wrong with it. Returns a status.
 */
int wanted_read(struct wanted *wanted, const struct field *field, const char *text);
/* True if the comparison is true for at least one value of such a field. */
bool wanted_possible(const struct wanted *wanted, const struct field *field);
/* True if the comparison is true for these values. */
bool wanted_is(const struct wanted *wanted, const struct field *field,
               const void *values);

#endif
