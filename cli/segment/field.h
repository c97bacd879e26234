/* field.h - typed values in a segment: where they lie, as text, and compared */
#ifndef FIELD_H
#define FIELD_H

#include <shmbox/shmbox.h>

#include "parse/value.h"
#include "text/json.h"

/*
 * Which fields are accepted: aligned ones only; unaligned ones too, as with --tear; or aligned
 * ones only where there is no --tear, because no other can be waited for.
 */
enum alignment { ALIGNED, ANY_ALIGNMENT, ALWAYS_ALIGNED };

/*
 * Returns STATUS_OK if the field is aligned or need not be; otherwise says so and returns a
 * status. Only field_place() can check a negative offset: it depends on the segment's size.
 */
int field_aligned(const char *object, const struct field *field,
                  enum alignment alignment);

/* Gives the layout its place in the segment; or says why it has none and returns a status. */
int field_place(const char *object, struct field *field, const struct shmbox_map *map,
                enum alignment alignment);

/* Room for its values, for the caller to free; NULL if there is no memory. */
void *field_room(const struct field *field);

/* Reads the values: numbers, or text followed by a NUL. Returns 0, or -errno. */
int field_get(const struct shmbox_map *map, const struct field *field, void *values);

/* True if the values differ from those that were read before. */
bool field_differs(const struct field *field, const void *values, const void *before);

/* ---- field_print.c ---- */

/*
 * Prints the field as shmpeek does, without a newline. With values NULL they are read and
 * printed in pieces, because they are too many to be kept; what was read before an error is
 * printed. Returns 0, or -errno of the read.
 */
int field_show(const struct shmbox_map *map, const struct field *field,
               const void *values);
int field_show_json(struct json *json, const struct shmbox_map *map,
                    const struct field *field, const void *values);
/* The same for values that were read. */
void field_print(const struct field *field, const void *values);
/* One of its numbers, in out, which has room for TEXT_MAX bytes. */
char *field_text(char *out, const struct field *field, uint64_t number);
/* True if the values are too many to be kept. */
bool field_is_large(const struct field *field);

/* What a value is compared with. */
struct wanted {
	enum comparison comparison;
	uint64_t number;
	const char *text; /* for a str */
};

/* Reads the word it is compared with; or says what is wrong with it and returns a status. */
int wanted_read(struct wanted *wanted, const struct field *field, const char *text);
/* True if some value of such a field would satisfy the comparison. */
bool wanted_possible(const struct wanted *wanted, const struct field *field);
bool wanted_is(const struct wanted *wanted, const struct field *field,
               const void *values);

#endif
