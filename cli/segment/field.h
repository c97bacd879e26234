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
 * Whether a field is aligned, or --tear was given; else says so and returns a status. A
 * negative offset tells only with the segment: field_place() asks again.
 */
int field_aligned(const char *object, const struct field *field,
                  enum alignment alignment);

/* Gives the layout its place in the segment; or says why it has none and returns a status. */
int field_place(const char *object, struct field *field, const struct shmbox_map *map,
                enum alignment alignment);

/* Room for its values, to be freed; NULL if there is no memory. */
void *field_room(const struct field *field);

/* Puts them there: numbers, or text with a NUL behind it. Returns what shmbox_get() did. */
int field_get(const struct shmbox_map *map, const struct field *field, void *values);

/* How field_get() differs from an earlier one. */
bool field_differs(const struct field *field, const void *values, const void *before);

/* ---- field_print.c ---- */

/*
 * As shmpeek prints it, without anything behind it. values NULL: they are read and printed in
 * pieces, as there are too many to be kept; what is printed then is what was read before an
 * error. Returns 0, or what reading did.
 */
int field_show(const struct shmbox_map *map, const struct field *field,
               const void *values);
int field_show_json(struct json *json, const struct shmbox_map *map,
                    const struct field *field, const void *values);
/* The same of what was read already. */
void field_print(const struct field *field, const void *values);
/* One of its numbers, in out, which has room for TEXT_MAX bytes. */
char *field_text(char *out, const struct field *field, uint64_t number);
/* Whether there are so many. */
bool field_is_large(const struct field *field);

/* What a value is compared with. */
struct wanted {
	enum comparison comparison;
	uint64_t number;
	const char *text; /* for a str */
};

/* Reads the word it is compared with; or says what is wrong with it and returns a status. */
int wanted_read(struct wanted *wanted, const struct field *field, const char *text);
/* Whether some value of such a field would do. */
bool wanted_possible(const struct wanted *wanted, const struct field *field);
bool wanted_is(const struct wanted *wanted, const struct field *field,
               const void *values);

#endif
