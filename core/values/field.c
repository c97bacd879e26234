/* SPDX-License-Identifier: MIT */
/* field.c - read and change typed values in a segment */

#include <byteswap.h>
#include <limits.h>

#include "bytes/source.h"
#include "bytes/touch.h"
#include "proc/procfs.h"
#include "values/element.h"
#include "values/wait.h"

static uint64_t mask_of(const struct shmbox_field *field)
{
	return UINT64_MAX >> (64 - 8 * field->width);
}

static uint64_t in_field_order(const struct shmbox_field *field, uint64_t number)
{
	return field->swapped ? bswap_64(number) >> (64 - 8 * field->width) : number;
}

static bool is_aligned(const struct shmbox_field *field)
{
	return field->offset % field->width == 0;
}

static int check_field(const struct shmbox_map *map, const struct shmbox_field *field)
{
	unsigned narrowest = field->kind == SHMBOX_FLOAT ? 4 : 1;
	uint64_t length;

	if ((unsigned)field->kind > SHMBOX_FLOAT || field->width < narrowest ||
	    field->width > 8 || field->width & (field->width - 1) ||
	    (!is_aligned(field) && !field->tear))
		return -EINVAL;
	if (__builtin_mul_overflow(field->count, (uint64_t)field->width, &length))
		return -ERANGE;
	return check_range(map, field->offset, length);
}

/* Sets *hole if the page at offset is a hole, and otherwise makes it readable. */
static int check_hole(const struct shmbox_map *map, uint64_t offset, bool *hole)
{
	struct source source;
	struct run run;
	int rc;

	*hole = false;
	if (all_present(map, offset, 1))
		return 0;
	rc = source_open(&source, map);
	if (rc < 0)
		return rc;
	run = source_run(&source, offset, offset + 1);
	rc = run.hole ? 0 : touch_run(&source, offset, &run, false);
	*hole = run.hole;
	source_close(&source);
	return rc;
}

static int copy_element(const struct shmbox_map *map, uint64_t offset, unsigned width,
                        uint64_t *number)
{
	char bytes[sizeof(*number)] = "";
	int64_t got = shmbox_read(map, offset, bytes, width);

	*number = element_copy(bytes, width);
	return got < 0 ? (int)got : 0;
}

/* Extends the sign of a signed number to 64 bits. */
static uint64_t sign_extended(const struct shmbox_field *field, uint64_t number)
{
	unsigned rest = 64 - 8 * field->width;

	return field->kind == SHMBOX_SIGNED
	               ? (uint64_t)((int64_t)(number << rest) >> rest)
	               : number;
}

/* True if the field can contain the number. With bits, an i8 accepts 255 for -1. */
static bool fits(const struct shmbox_field *field, uint64_t number, bool bits)
{
	uint64_t low = number & mask_of(field);

	return number == sign_extended(field, low) || (bits && number == low);
}

static int check_numbers(const struct shmbox_field *field, const uint64_t *numbers,
                         bool bits)
{
	for (uint64_t i = 0; i < field->count; i++) {
		if (!fits(field, numbers[i], bits))
			return -ERANGE;
	}
	return 0;
}

int shmbox_field_load(const struct shmbox_map *map, const struct shmbox_field *field,
                      uint64_t *numbers)
{
	uint64_t page = page_size();
	bool is_atomic;
	bool hole = false;
	int rc = check_field(map, field);

	if (rc < 0)
		return rc;
	is_atomic = map->address && is_aligned(field);
	for (uint64_t i = 0; rc == 0 && i < field->count; i++) {
		uint64_t offset = field->offset + i * field->width;
		uint64_t number = 0;

		if (is_atomic && (i == 0 || offset % page == 0))
			rc = check_hole(map, offset, &hole);
		if (!is_atomic)
			rc = copy_element(map, offset, field->width, &number);
		else if (rc == 0 && !hole)
			number = element_load((const char *)map->address + offset,
			                      field->width);
		numbers[i] = sign_extended(field, in_field_order(field, number));
	}
	return rc;
}

static double float_of(uint64_t bits, unsigned width)
{
	double number = 0;
	float single = 0;

	element_put(width == sizeof(single) ? (void *)&single : (void *)&number, bits,
	            width);
	return width == sizeof(single) ? (double)single : number;
}

static uint64_t bits_of(double number, unsigned width)
{
	float single = (float)number;

	return element_copy(width == sizeof(single) ? (void *)&single : (void *)&number,
	                    width);
}

static uint64_t apply(const struct shmbox_field *field, enum shmbox_change_by by,
                      uint64_t a, uint64_t b)
{
	bool is_float = field->kind == SHMBOX_FLOAT;
	unsigned width = field->width;

	switch (by) {
	case SHMBOX_ADD:
		return is_float ? bits_of(float_of(a, width) + float_of(b, width), width)
		                : a + b;
	case SHMBOX_SUBTRACT:
		return is_float ? bits_of(float_of(a, width) - float_of(b, width), width)
		                : a - b;
	case SHMBOX_OR:
		return a | b;
	case SHMBOX_AND:
		return a & b;
	case SHMBOX_XOR:
		return a ^ b;
	default:
		return b;
	}
}

/* Changes one element by b. Stores its old value in *old, and returns its new value. */
static uint64_t change_element(char *at, const struct shmbox_field *field,
                               enum shmbox_change_by by, uint64_t b, uint64_t *old)
{
	unsigned width = field->width;
	bool is_atomic = is_aligned(field);
	uint64_t seen = is_atomic ? element_load(at, width) : element_copy(at, width);
	uint64_t before;
	uint64_t value;

	do {
		before = seen;
		*old = in_field_order(field, before);
		value = apply(field, by, *old, b) & mask_of(field);
		if (is_atomic)
			seen = element_swap(at, width, before,
			                    in_field_order(field, value));
		else
			element_put(at, in_field_order(field, value), width);
	} while (seen != before);
	return value;
}

/* Wakes waiters on the first word of each element, where a wait for it sleeps. */
static void wake_field(const struct shmbox_map *map, const struct shmbox_field *field)
{
	uint64_t width = field->width;

	if (field->count > 0)
		wake_words(map, field->offset, (field->count - 1) * width + 1,
		           width > WORD ? width : WORD, INT_MAX);
}

/* NOLINTNEXTLINE: six parameters, of which the caller needs each */
int shmbox_field_update(const struct shmbox_map *map, const struct shmbox_field *field,
                        enum shmbox_change_by by, const uint64_t *numbers,
                        uint64_t *before, uint64_t *now)
{
	char *at = (char *)map->address + field->offset;
	int rc = map->writable ? check_field(map, field) : -EACCES;

	if (rc == 0 && ((unsigned)by > SHMBOX_XOR ||
	                (field->kind == SHMBOX_FLOAT && by > SHMBOX_SUBTRACT)))
		rc = -EINVAL;
	if (rc == 0)
		rc = check_numbers(field, numbers, by > SHMBOX_SUBTRACT);
	if (rc == 0)
		rc = touch(at, (size_t)(field->count * field->width), true);
	if (rc < 0)
		return rc;
	for (uint64_t i = 0; i < field->count; i++) {
		uint64_t old;
		uint64_t became = change_element(at + i * field->width, field, by,
		                                 numbers[i], &old);

		if (before)
			before[i] = sign_extended(field, old);
		if (now)
			now[i] = sign_extended(field, became);
	}
	wake_field(map, field);
	return 0;
}

/* ---- compare and set ---- */

struct exchange {
	const struct shmbox_map *map;
	char *at;
	const struct shmbox_field *field;
	uint64_t expected; /* this and value are in the byte order of the field */
	uint64_t value;
	uint64_t *seen; /* or NULL */
};

static int try_exchange(void *data)
{
	const struct exchange *exchange = data;
	const struct shmbox_field *field = exchange->field;
	uint64_t found = 0;
	bool hole;
	int rc = check_hole(exchange->map, field->offset, &hole);

	/* a hole contains 0: if that is not expected, no page is allocated */
	if (rc == 0 && (!hole || exchange->expected == 0)) {
		rc = touch(exchange->at, field->width, true);
		if (rc == 0)
			found = element_swap(exchange->at, field->width,
			                     exchange->expected, exchange->value);
	}
	if (rc < 0)
		return rc;
	if (exchange->seen)
		*exchange->seen = sign_extended(field, in_field_order(field, found));
	return found == exchange->expected;
}

int shmbox_field_exchange(const struct shmbox_map *map, const struct shmbox_field *field,
                          const struct shmbox_swap *wanted)
{
	struct exchange exchange = {
		.map = map,
		.at = (char *)map->address + field->offset,
		.field = field,
		.seen = wanted->seen,
	};
	struct shmbox_watch watch = {
		.look = try_exchange,
		.data = &exchange,
		.timeout = wanted->timeout,
		.map = map,
		.flags = wanted->flags,
		.wakeable = true,
		.word = field->offset & ~(uint64_t)(WORD - 1),
	};
	int rc = map->writable ? check_field(map, field) : -EACCES;

	if (rc == 0 && (field->count != 1 || !is_aligned(field)))
		rc = -EINVAL;
	if (rc == 0 &&
	    !(fits(field, wanted->expected, false) && fits(field, wanted->value, false)))
		rc = -ERANGE;
	if (rc < 0)
		return rc;
	exchange.expected = in_field_order(field, wanted->expected & mask_of(field));
	exchange.value = in_field_order(field, wanted->value & mask_of(field));
	rc = shmbox_wait(&watch);
	if (rc < 0)
		return rc;
	wake_field(map, field);
	return 0;
}
