/* parsers.h - a word of the command line becomes a value: one function for each kind */
#ifndef PARSERS_H
#define PARSERS_H

#include "diag/problem.h"
#include "parse/value.h"

/* Each returns false with what is wrong, and then leaves nothing to be freed. */

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

/* One value of a field. mask: it is not a number but bits. */
bool parse_element(const char *text, const struct shmbox_field *layout, bool mask,
                   uint64_t *number, struct problem *problem);

/* ---- rights.c ---- */

bool parse_mode(const char *text, union value *value, struct problem *problem);
bool parse_owner(const char *text, union value *value, struct problem *problem);

/* ---- column_values.c ---- */

bool parse_column(const char *text, union value *value, struct problem *problem);
bool parse_columns(const char *text, union value *value, struct problem *problem);
bool parse_format(const char *text, union value *value, struct problem *problem);

/* ---- floats.c ---- */

/* The bits of the number in 4 or 8 bytes that is nearest to text. */
bool parse_float(const char *text, unsigned width, uint64_t *bits,
                 struct problem *problem);
/* The shortest text that is read as these bits again, in out, which has TEXT_MAX bytes. */
char *text_float(char *out, uint64_t bits, unsigned width);
/* The number that these bits stand for. */
double float_of(uint64_t bits, unsigned width);

#endif
