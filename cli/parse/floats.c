/* SPDX-License-Identifier: MIT */
/*
 * floats.c - parse and print floating-point numbers
 *
 * A text is parsed to the number nearest to it. A number is printed as the shortest text
 * that parses to the same number; of several such texts, as the nearest.
 */

#include <float.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "parse/parsers.h"
#include "text/text.h"

/* Every f64 is exact with 767 significant decimal digits. */
enum { MOST_DIGITS = 800 };
/* Decimal digits that distinguish all f64. */
enum { ENOUGH = 17 };

static const char decimals[] = "0123456789";

/* ---- bits ---- */

/* The bits of infinity; larger values are NaN (IEEE 754). */
static uint64_t infinity(unsigned width)
{
	return width == 4 ? UINT64_C(0xff) << 23 : UINT64_C(0x7ff) << 52;
}

static uint64_t sign_bit(unsigned width)
{
	return UINT64_C(1) << (8 * width - 1);
}

static uint64_t nearest(const char *text, unsigned width)
{
	float single = 0;
	double number = 0;
	uint32_t half;
	uint64_t bits;

	if (width == 4) {
		single = strtof(text, NULL);
		memcpy(&half, &single, sizeof(half));
		return half;
	}
	number = strtod(text, NULL);
	memcpy(&bits, &number, sizeof(bits));
	return bits;
}

double float_of(uint64_t bits, unsigned width)
{
	uint32_t half = (uint32_t)bits;
	float single;
	double number;

	if (width == 4) {
		memcpy(&single, &half, sizeof(single));
		return single;
	}
	memcpy(&number, &bits, sizeof(number));
	return number;
}

/* ---- reading ---- */

/* The number of digits from the first nonzero digit on. */
static size_t significant(const char *text)
{
	size_t length = strspn(text, "0123456789.");
	size_t zeros = strspn(text, "0.");

	return length - zeros - (memchr(text + zeros, '.', length - zeros) != NULL);
}

/*
 * True for 12, 1.5, .5 and 1e-12. strtod(3) also accepts 0x1p3, infinity and leading
 * blanks.
 */
static bool is_decimal(const char *text)
{
	size_t whole = strspn(text, decimals);
	size_t part;

	text += whole;
	text += *text == '.';
	part = strspn(text, decimals);
	text += part;
	if (whole + part == 0 || !*text)
		return whole + part > 0;
	if (*text != 'e' && *text != 'E')
		return false;
	text++;
	text += *text == '-' || *text == '+';
	return *text && !text[strspn(text, decimals)];
}

bool parse_float(const char *text, unsigned width, uint64_t *bits,
                 struct problem *problem)
{
	bool negative = *text == '-';
	const char *number = text + (negative || *text == '+');

	if (strcasecmp(number, "inf") == 0 || strcasecmp(number, "nan") == 0) {
		*bits = infinity(width);
		if ((*number | ' ') ==
		    'n') /* quiet NaN: sets the highest bit of the fraction */
			*bits |= *bits >> 1 & ~*bits;
	} else {
		if (significant(number) > MOST_DIGITS)
			return wrong(problem, "more than %d digits", MOST_DIGITS);
		if (!is_decimal(number))
			return wrong(problem, "not a number");
		*bits = nearest(number, width);
		if (*bits == infinity(width))
			return wrong(problem, "too large for f%u", 8 * width);
	}
	if (negative)
		*bits |= sign_bit(width);
	return true;
}

/* ---- writing ---- */

/*
 * A positive number: digits, with a point after the first digit, times 10 to the power of
 * size.
 */
struct decimal {
	char digits[ENOUGH + 1];
	int count;
	int size;
};

static void round_to(struct decimal *decimal, double number, int count)
{
	char text[TEXT_MAX];

	snprintf(text, sizeof(text), "%.*e", count - 1, number);
	decimal->digits[0] = text[0];
	memcpy(decimal->digits + 1, text + 2, (size_t)count - 1);
	decimal->count = count;
	decimal->size = (int)strtol(strchr(text, 'e') + 1, NULL, 10);
}

static bool reads_as(const struct decimal *decimal, uint64_t bits, unsigned width)
{
	char text[TEXT_MAX];

	snprintf(text, sizeof(text), "%.*se%d", decimal->count, decimal->digits,
	         decimal->size - decimal->count + 1);
	return nearest(text, width) == bits;
}

/* Increments the last digit. */
static void increment(struct decimal *decimal)
{
	int at = decimal->count - 1;

	for (; at >= 0 && decimal->digits[at] == '9'; at--)
		decimal->digits[at] = '0';
	if (at >= 0) {
		decimal->digits[at]++;
		return;
	}
	decimal->digits[0] = '1';
	decimal->size++;
}

/*
 * Below a power of 2, floating-point numbers are closer together than above it. The
 * nearest decimal number may then be below and parse to another number, while the next
 * one above parses to this number.
 */
static void shortest(struct decimal *decimal, uint64_t bits, unsigned width)
{
	double number = float_of(bits, width);
	int kept = width == 4 ? FLT_DIG : DBL_DIG;

	/* FLT_DIG (DBL_DIG) digits survive parsing and printing unchanged */
	round_to(decimal, number, kept);
	for (int count = reads_as(decimal, bits, width) ? 1 : kept + 1; count <= ENOUGH;
	     count++) {
		round_to(decimal, number, count);
		if (count == ENOUGH || reads_as(decimal, bits, width))
			return;
		increment(decimal);
		if (reads_as(decimal, bits, width))
			return;
	}
}

/* Writes 0.001, 1.5 or 100 if that is short, otherwise 1.5e+30. */
static void write_decimal(char *out, const struct decimal *decimal)
{
	int count = decimal->count;
	int size = decimal->size;
	const char *first = decimal->digits;

	if (size < -5 || size >= ENOUGH)
		snprintf(out, TEXT_MAX, "%c%s%.*se%+03d", *first, count > 1 ? "." : "",
		         count - 1, first + 1, size);
	else if (size < 0)
		snprintf(out, TEXT_MAX, "0.%.*s%.*s", -size - 1, "0000", count, first);
	else if (count <= size)
		snprintf(out, TEXT_MAX, "%.*s%.*s", count, first, size + 1 - count,
		         "0000000000000000");
	else
		snprintf(out, TEXT_MAX, "%.*s%s%.*s", size + 1, first,
		         count > size + 1 ? "." : "", count - size - 1, first + size + 1);
}

char *text_float(char *out, uint64_t bits, unsigned width)
{
	char *at = out;
	struct decimal decimal;

	if (bits & sign_bit(width))
		*at++ = '-';
	bits &= ~sign_bit(width);
	if (bits == infinity(width)) {
		stpcpy(at, "inf");
	} else if (bits > infinity(width)) {
		stpcpy(at, "nan");
	} else if (bits == 0) {
		stpcpy(at, "0");
	} else {
		shortest(&decimal, bits, width);
		write_decimal(at, &decimal);
	}
	return out;
}
