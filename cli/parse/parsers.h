/* SPDX-License-Identifier: MIT */
/* parsers.h - the parsers of words of the command line, one for each kind of value */
#ifndef PARSERS_H
#define PARSERS_H

#include "diag/problem.h"
#include "parse/value.h"

/*
 * Each returns false and fills in the problem if the word is wrong; nothing is to be
 * freed then.
 */

/* ---- quantities.c ---- */

bool parse_size(const char *text, union value *value, struct problem *problem);
bool parse_offset(const char *text, union value *value, struct problem *problem);
bool parse_duration(const char *text, union value *value, struct problem *problem);
bool parse_number(const char *text, union value *value, struct problem *problem);
bool parse_id(const char *text, union value *value, struct problem *problem);
bool parse_pid(const char *text, union value *value, struct problem *problem);

/* ---- refs.c ---- */

bool parse_segment(const char *text, union value *value, struct problem *problem);
bool parse_holdable(const char *text, union value *value, struct problem *problem);
bool parse_key(const char *text, union value *value, struct problem *problem);
bool parse_new_key(const char *text, union value *value, struct problem *problem);
bool parse_proj(const char *text, union value *value, struct problem *problem);

/* ---- fields.c ---- */

bool parse_field(const char *text, union value *value, struct problem *problem);
bool parse_assignment(const char *text, union value *value, struct problem *problem);
bool parse_what(const char *text, union value *value, struct problem *problem);
bool parse_op(const char *text, union value *value, struct problem *problem);

/* Parses one value of a field; mask: as the operand of a bit operator. */
bool parse_element(const char *text, const struct shmbox_field *layout, bool mask,
                   uint64_t *number, struct problem *problem);

/* ---- rights.c ---- */

bool parse_mode(const char *text, union value *value, struct problem *problem);
bool parse_owner(const char *text, union value *value, struct problem *problem);

/* ---- column_values.c ---- */

bool parse_column(const char *text, union value *value, struct problem *problem);
bool parse_columns(const char *text, union value *value, struct problem *problem);
bool parse_format(const char *text, union value *value, struct problem *problem);

/* OFFSET and :COUNT up to end, for FIELD and changed@OFFSET:LENGTH. */
bool parse_place(const char *text, const char *end, struct field *field,
                 struct problem *problem);

/* ---- floats.c ---- */

/* Stores the bits of the number nearest to text, in width bytes (4 or 8). */
bool parse_float(const char *text, unsigned width, uint64_t *bits,
                 struct problem *problem);
/*
 * Writes the shortest text that parses to the same bits. out has room for TEXT_MAX bytes.
 * Returns out.
 */
char *text_float(char *out, uint64_t bits, unsigned width);
/* Returns the number with these bits. */
double float_of(uint64_t bits, unsigned width);

#endif
