/*
 * floats.c - floating-point numbers, from text and to text, without any arithmetic on them
 *
 * What is read is the number nearest to the text, however many digits it has; what is
 * written is the shortest text that is read as the same number again. Both come down to
 * one question, which whole numbers answer exactly: is a decimal number less than the
 * middle between two neighbours? So it is the same on every machine, with every libc.
 */

#include <assert.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <strings.h>

#include "parse/parsers.h"
#include "text/number.h"
#include "text/text.h"

/* Exact for 800 digits; more than 767 there is no use for in a number of 64 bits. */
enum { MOST_DIGITS = 800, WORDS = 128, LARGEST = 310, SMALLEST = -330 };
/* How many digits tell all numbers of 64 bits apart. */
enum { ENOUGH = 17 };

/* The whole number of these digits, times a power of 10. */
struct decimal {
	char digits[MOST_DIGITS + 1];
	int count;
	int exponent;
};

/* IEEE 754: how many bits of it are the fraction, and what means infinity. */
struct format {
	int fraction;
	uint64_t infinity;
};

static struct format format_of(unsigned width)
{
	return width == 4 ? (struct format){ 23, UINT64_C(0xff) << 23 }
	                  : (struct format){ 52, UINT64_C(0x7ff) << 52 };
}

/* ---- whole numbers of any size ---- */

struct big {
	uint32_t words[WORDS]; /* the lowest first */
	int count;
};

static void multiply(struct big *big, uint32_t factor, uint32_t add)
{
	uint64_t carry = add;

	for (int i = 0; i < big->count; i++) {
		carry += (uint64_t)big->words[i] * factor;
		big->words[i] = (uint32_t)carry;
		carry >>= 32;
	}
	if (carry) {
		assert(big->count < WORDS);
		big->words[big->count++] = (uint32_t)carry;
	}
}

static void multiply_by_power(struct big *big, uint32_t base, int exponent)
{
	for (; exponent >= 8; exponent -= 8)
		multiply(big, base == 2 ? 256 : 100000000, 0);
	for (; exponent > 0; exponent--)
		multiply(big, base, 0);
}

static int compare(const struct big *a, const struct big *b)
{
	if (a->count != b->count)
		return a->count < b->count ? -1 : 1;
	for (int i = a->count - 1; i >= 0; i--) {
		if (a->words[i] != b->words[i])
			return a->words[i] < b->words[i] ? -1 : 1;
	}
	return 0;
}

/* Negative, 0 or positive, as decimal is less than, equal to or more than number * 2^exponent. */
static int compare_decimal(const struct decimal *decimal, uint64_t number, int exponent)
{
	struct big a = { .count = 0 };
	struct big b = { .count = 0 };

	for (int i = 0; i < decimal->count; i++)
		multiply(&a, 10, (uint32_t)(decimal->digits[i] - '0'));
	multiply(&b, 1, (uint32_t)(number >> 32));
	multiply_by_power(&b, 2, 32);
	multiply(&b, 1, (uint32_t)number);
	multiply_by_power(&a, 10, decimal->exponent);
	multiply_by_power(&b, 10, -decimal->exponent);
	multiply_by_power(&a, 2, -exponent);
	multiply_by_power(&b, 2, exponent);
	return compare(&a, &b);
}

/* ---- decimal numbers and bits ---- */

/* The number that bits stand for is the result times 2^*exponent. */
static uint64_t take_apart(struct format format, uint64_t bits, int *exponent)
{
	int raised = (int)(bits >> format.fraction);
	int bias = (int)(format.infinity >> format.fraction) / 2;
	uint64_t fraction = bits & ((UINT64_C(1) << format.fraction) - 1);

	*exponent = (raised ? raised : 1) - bias - format.fraction;
	return raised ? fraction | UINT64_C(1) << format.fraction : fraction;
}

/* Whether the number nearest to decimal is that of bits, or a smaller one. */
static bool at_most(const struct decimal *decimal, struct format format, uint64_t bits)
{
	int exponent;
	uint64_t number = take_apart(format, bits, &exponent);
	int order = compare_decimal(decimal, 2 * number + 1, exponent - 1);

	/* of two that are as near, the even one */
	return order < 0 || (order == 0 && bits % 2 == 0);
}

/* The bits of the number nearest to decimal; infinity if it is too large. */
static uint64_t nearest(const struct decimal *decimal, struct format format)
{
	int size = decimal->count + decimal->exponent;
	uint64_t low = 0;
	uint64_t high = format.infinity;

	if (decimal->count == 0 || size < SMALLEST)
		return 0;
	if (size > LARGEST)
		return high;
	while (low < high) {
		uint64_t middle = low + (high - low) / 2;

		if (at_most(decimal, format, middle))
			high = middle;
		else
			low = middle + 1;
	}
	return low;
}

/* ---- reading ---- */

/* Takes in a digit; zeros in front are nothing. False if it is one too many. */
static bool add_digit(struct decimal *decimal, char digit)
{
	if (decimal->count == 0 && digit == '0')
		return true;
	if (decimal->count == MOST_DIGITS)
		return false;
	decimal->digits[decimal->count++] = digit;
	return true;
}

/* e-12, or nothing. Beyond a million it makes no difference. */
static bool read_exponent(const char *text, int *exponent)
{
	bool negative;
	int value = 0;

	if (!*text)
		return true;
	if (*text != 'e' && *text != 'E')
		return false;
	text++;
	negative = *text == '-';
	text += negative || *text == '+';
	if (!*text)
		return false;
	for (; *text >= '0' && *text <= '9'; text++)
		value = value < 100000 ? value * 10 + (*text - '0') : value;
	*exponent += negative ? -value : value;
	return !*text;
}

bool parse_float(const char *text, unsigned width, uint64_t *bits,
                 struct problem *problem)
{
	struct format format = format_of(width);
	struct decimal decimal = { .count = 0 };
	bool negative = *text == '-';
	uint64_t sign = negative ? UINT64_C(1) << (8 * width - 1) : 0;
	bool any = false;
	bool point = false;

	text += negative || *text == '+';
	if (strcasecmp(text, "inf") == 0 || strcasecmp(text, "nan") == 0) {
		*bits = format.infinity | sign;
		if ((*text | ' ') == 'n')
			*bits |= UINT64_C(1) << (format.fraction - 1);
		return true;
	}
	for (; (*text >= '0' && *text <= '9') || (*text == '.' && !point); text++) {
		if (*text == '.') {
			point = true;
			continue;
		}
		any = true;
		if (!add_digit(&decimal, *text))
			return wrong(problem, "more than %d digits", MOST_DIGITS);
		decimal.exponent -= point;
	}
	if (!any || !read_exponent(text, &decimal.exponent))
		return wrong(problem, "not a number");
	*bits = nearest(&decimal, format);
	if (*bits == format.infinity)
		return wrong(problem, "too large for f%u", 8 * width);
	*bits |= sign;
	return true;
}

/* ---- writing ---- */

static bool is_nearest(const struct decimal *decimal, struct format format, uint64_t bits)
{
	return at_most(decimal, format, bits) && !at_most(decimal, format, bits - 1);
}

static int compare_to_bits(const struct decimal *decimal, struct format format,
                           uint64_t bits)
{
	int exponent;
	uint64_t number = take_apart(format, bits, &exponent);

	return compare_decimal(decimal, number, exponent);
}

/* The largest power of 10 that is no more than the number. */
static int size_of(struct format format, uint64_t bits)
{
	struct decimal power = { .digits = "1", .count = 1 };
	int exponent;
	uint64_t number = take_apart(format, bits, &exponent);

	/* the logarithm, for a beginning: at most one too large */
	power.exponent =
		(63 - __builtin_clzll(number) + exponent + 1) * 30103 / 100000 + 1;
	while (compare_decimal(&power, number, exponent) > 0)
		power.exponent--;
	return power.exponent;
}

/* The next one of as many digits, or of one more. */
static void increment(struct decimal *decimal)
{
	int at = decimal->count - 1;

	for (; at >= 0 && decimal->digits[at] == '9'; at--)
		decimal->digits[at] = '0';
	if (at >= 0) {
		decimal->digits[at]++;
		return;
	}
	/* 999 becomes 1000, as 100 * 10 */
	decimal->digits[0] = '1';
	decimal->exponent++;
}

/* Takes so many digits that it is no other number's, and the nearest of those. */
static void shortest(struct decimal *decimal, struct format format, uint64_t bits)
{
	decimal->count = 0;
	decimal->exponent = size_of(format, bits) + 1;
	while (decimal->count < ENOUGH) {
		char *digit = &decimal->digits[decimal->count++];
		struct decimal above;
		bool below_fits;

		decimal->exponent--;
		for (*digit = '9'; *digit > '0'; --*digit) {
			if (compare_to_bits(decimal, format, bits) <= 0)
				break;
		}
		above = *decimal;
		increment(&above);
		below_fits = is_nearest(decimal, format, bits);
		if (is_nearest(&above, format, bits)) {
			struct decimal middle = *decimal;
			int order;

			middle.digits[middle.count++] = '5';
			middle.exponent--;
			order = compare_to_bits(&middle, format, bits);
			/* of two that are as near, the one that ends in an even digit */
			if (!below_fits || order < 0 || (order == 0 && *digit % 2 != 0))
				*decimal = above;
			return;
		}
		if (below_fits)
			return;
	}
}

/* 0.001, 1.5, 100 where that is short, else 1.5e+30. */
static void write_decimal(char *out, const struct decimal *decimal)
{
	int count = decimal->count;
	int size = count + decimal->exponent - 1;
	const char *digits = decimal->digits;

	while (count > 1 && digits[count - 1] == '0')
		count--;
	if (size < -5 || size >= ENOUGH)
		snprintf(out, TEXT_MAX, "%c%s%.*se%c%02d", *digits, count > 1 ? "." : "",
		         count - 1, digits + 1, size < 0 ? '-' : '+',
		         size < 0 ? -size : size);
	else if (size < 0)
		snprintf(out, TEXT_MAX, "0.%.*s%.*s", -size - 1, "0000", count, digits);
	else if (count <= size)
		snprintf(out, TEXT_MAX, "%.*s%.*s", count, digits, size + 1 - count,
		         "0000000000000000");
	else
		snprintf(out, TEXT_MAX, "%.*s%s%.*s", size + 1, digits,
		         count > size + 1 ? "." : "", count - size - 1,
		         digits + size + 1);
}

char *text_float(char *out, uint64_t bits, unsigned width)
{
	struct format format = format_of(width);
	uint64_t sign = UINT64_C(1) << (8 * width - 1);
	char *at = out;
	struct decimal decimal;

	if (bits & sign)
		*at++ = '-';
	bits &= ~sign;
	if (bits >= format.infinity) {
		snprintf(at, TEXT_MAX - 1, bits == format.infinity ? "inf" : "nan");
	} else if (bits == 0) {
		snprintf(at, TEXT_MAX - 1, "0");
	} else {
		shortest(&decimal, format, bits);
		write_decimal(at, &decimal);
	}
	return out;
}
