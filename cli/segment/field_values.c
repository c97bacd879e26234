/* SPDX-License-Identifier: MIT */
/* field_values.c - read and compare the values of fields */

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <shmbox/shmbox.h>

#include "diag/diag.h"
#include "parse/parsers.h"
#include "segment/field.h"
#include "segment/operand.h"
#include "text/text.h"

/* ---- offsets ---- */

static bool is_aligned(const struct field *field, uint64_t offset)
{
	return offset % field->layout.width == 0;
}

static int not_aligned(int status, const char *object, const struct field *field,
                       enum alignment alignment)
{
	fail(status, object, "not aligned: its offset must be a multiple of %u",
	     field->layout.width);
	hint(alignment == ALWAYS_ALIGNED
	             ? "use an aligned field: only these can be waited for"
	             : "--tear allows unaligned access, which is not atomic");
	return status;
}

int field_aligned(const char *object, const struct field *field, enum alignment alignment)
{
	if (field->offset >= 0 && alignment != ANY_ALIGNMENT &&
	    !is_aligned(field, (uint64_t)field->offset))
		return not_aligned(STATUS_USAGE, object, field, alignment);
	return STATUS_OK;
}

int field_place(const char *object, struct field *field, const struct shmbox_map *map,
                enum alignment alignment)
{
	uint64_t length;
	struct range range;
	char whole[TEXT_MAX];
	int status;

	if (__builtin_mul_overflow(field->layout.count, (uint64_t)field->layout.width,
	                           &length))
		return fail(STATUS_FAILED, object,
		            "this many values are past the end of the segment (%s)",
		            text_count(whole, map->size, "byte"));
	status = resolve_range(object, map->size, field->offset, &length, &range);
	if (status != STATUS_OK)
		return status;
	field->layout.offset = range.offset;
	field->layout.tear = alignment == ANY_ALIGNMENT;
	return alignment == ANY_ALIGNMENT || is_aligned(field, range.offset)
	               ? STATUS_OK
	               : not_aligned(STATUS_FAILED, object, field, alignment);
}

/* ---- reading ---- */

void *field_room(const struct field *field)
{
	const struct shmbox_field *layout = &field->layout;

	return field->text ? calloc(1, (size_t)layout->count + 1)
	                   : calloc((size_t)layout->count, sizeof(uint64_t));
}

int field_get(const struct shmbox_map *map, const struct field *field, void *values)
{
	const struct shmbox_field *layout = &field->layout;
	int64_t got;

	if (!field->text)
		return shmbox_field_load(map, layout, values);
	got = shmbox_read(map, layout->offset, values, (size_t)layout->count);
	return got < 0 ? (int)got : 0;
}

bool field_differs(const struct field *field, const void *values, const void *before)
{
	if (field->text)
		return strcmp(values, before) != 0;
	return memcmp(values, before, (size_t)field->layout.count * sizeof(uint64_t)) !=
	       0;
}

/* ---- comparing ---- */

int wanted_read(struct wanted *wanted, const struct field *field, const char *text)
{
	bool bits = wanted->comparison >= IS_SET;
	struct problem problem = { 0 };

	wanted->text = text;
	if (bits && (field->text || field->layout.kind == SHMBOX_FLOAT))
		return misuse(NULL, "set and clear require an integer field");
	if (field->text ||
	    parse_element(text, &field->layout, bits, &wanted->number, &problem))
		return STATUS_OK;
	return bad_value(wanted->option, text, &problem);
}

enum order { LESS = 1, EQUAL = 2, GREATER = 4, UNORDERED = 8 };

static enum order order_of(const struct field *field, uint64_t a, uint64_t b)
{
	double x;
	double y;

	if (field->layout.kind == SHMBOX_FLOAT) {
		x = float_of(a, field->layout.width);
		y = float_of(b, field->layout.width);
		return x < y ? LESS : x > y ? GREATER : x == y ? EQUAL : UNORDERED;
	}
	if (a == b)
		return EQUAL;
	if (field->layout.kind == SHMBOX_SIGNED)
		return (int64_t)a < (int64_t)b ? LESS : GREATER;
	return a < b ? LESS : GREATER;
}

bool wanted_is(const struct wanted *wanted, const struct field *field, const void *values)
{
	static const unsigned char fits[] = {
		[IS_EQ] = EQUAL,   [IS_NE] = LESS | GREATER | UNORDERED,
		[IS_LT] = LESS,    [IS_LE] = LESS | EQUAL,
		[IS_GT] = GREATER, [IS_GE] = GREATER | EQUAL,
	};
	uint64_t number;
	int order;

	if (field->text) {
		order = strcmp(values, wanted->text);
		return fits[wanted->comparison] & (order < 0   ? LESS
		                                   : order > 0 ? GREATER
		                                               : EQUAL);
	}
	number = *(const uint64_t *)values;
	if (wanted->comparison == IS_SET)
		return (number & wanted->number) == wanted->number;
	if (wanted->comparison == IS_CLEAR)
		return (number & wanted->number) == 0;
	return fits[wanted->comparison] & order_of(field, number, wanted->number);
}

bool wanted_possible(const struct wanted *wanted, const struct field *field)
{
	const struct shmbox_field *layout = &field->layout;
	uint64_t most = UINT64_MAX >> (64 - 8 * layout->width);
	/*
	 * a comparison that is false for the wanted, the lowest and the highest value is
	 * never true
	 */
	uint64_t values[3] = { wanted->number, 0, most };
	struct problem problem;
	bool possible = false;

	if (field->text)
		return wanted->comparison == IS_EQ
		               ? strlen(wanted->text) <= layout->count
		               : wanted->comparison != IS_LT || *wanted->text;
	if (layout->kind == SHMBOX_SIGNED) {
		values[2] = most / 2;
		values[1] = ~values[2];
	} else if (layout->kind == SHMBOX_FLOAT) {
		parse_float("-inf", layout->width, &values[1], &problem);
		parse_float("inf", layout->width, &values[2], &problem);
	}
	for (size_t i = 0; i < sizeof(values) / sizeof(*values); i++)
		possible |= wanted_is(wanted, field, &values[i]);
	return possible || wanted->comparison >= IS_SET;
}
