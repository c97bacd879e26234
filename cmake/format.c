/* format.c - vfprintf(3) and vsnprintf(3) for the release program: integers and text
 *
 * They know %d %i %u %x %o %c %s %% with flags, width, precision and h hh l ll j z t.
 * musl's know whatever there is, floating point above all, and would be a tenth of this
 * program. Any other conversion is an error here: a gate in tests/project/lint.bats sees that none
 * is shipped, and tests/project/format.c compares these two with a whole libc.
 *
 * Floating point would be one more case of convert(): it makes its digits in a buffer of
 * its own and ends in place(), as integers do, which sees to sign, zeros, width and side.
 */

#define _GNU_SOURCE

#include <errno.h>
#include <limits.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

enum {
	LEFT = 1,
	PLUS = 2,
	BLANK = 4,
	ALTERNATE = 8,
	ZERO = 16,
	MOST_DIGITS = sizeof(uintmax_t) * CHAR_BIT / 3 + 2, /* in octal, after a 0 */
};

/* Where it goes, how much there was to write, and what is still to be written. */
struct job {
	FILE *file;  /* or NULL: to the buffer */
	char *to;    /* in the buffer */
	size_t room; /* there, without the NUL */
	size_t length;
	bool failed; /* errno says why */
	va_list list;
};

struct spec {
	unsigned flags;
	unsigned width;
	unsigned precision;
	bool precise;  /* there is a precision */
	unsigned size; /* of an integer, in bytes */
};

static void give_up(struct job *job, int why)
{
	errno = why;
	job->failed = true;
}

static void put(struct job *job, const char *text, size_t length)
{
	if (length > INT_MAX - job->length) {
		give_up(job, EOVERFLOW);
		return;
	}
	job->length += length;
	if (job->file) {
		if (length > 0 && fwrite(text, 1, length, job->file) < length)
			job->failed = true;
		return;
	}
	if (length > job->room)
		length = job->room;
	if (length == 0)
		return;
	memcpy(job->to, text, length);
	job->to += length;
	job->room -= length;
}

static void fill(struct job *job, const char *with, size_t count)
{
	enum { STEP = 16 };

	for (; count > STEP && !job->failed; count -= STEP)
		put(job, with, STEP);
	put(job, with, count);
}

static unsigned difference(size_t whole, size_t part)
{
	return whole > part ? (unsigned)(whole - part) : 0;
}

/* Prefix (a sign, or 0x), zeros and body as the width and its side want them. */
static void place(struct job *job, const struct spec *spec, const char *prefix,
                  const char *body, size_t length)
{
	size_t before = strlen(prefix);
	size_t zeros = spec->precise ? difference(spec->precision, length) : 0;
	size_t blanks = difference(spec->width, before + zeros + length);

	if (spec->flags & ZERO) {
		zeros += blanks;
		blanks = 0;
	}
	if (blanks + zeros > INT_MAX - job->length) {
		give_up(job, EOVERFLOW);
		return;
	}
	if (!(spec->flags & LEFT))
		fill(job, "                ", blanks);
	put(job, prefix, before);
	fill(job, "0000000000000000", zeros);
	put(job, body, length);
	if (spec->flags & LEFT)
		fill(job, "                ", blanks);
}

static uintmax_t take(struct job *job, unsigned size, bool with_sign)
{
	uintmax_t value = size > sizeof(int) ? va_arg(job->list, uintmax_t)
	                                     : va_arg(job->list, unsigned);
	unsigned rest = (unsigned)(sizeof(value) - size) * CHAR_BIT;

	return with_sign ? (uintmax_t)((intmax_t)(value << rest) >> rest)
	                 : value << rest >> rest;
}

/* Returns the first digit of those that end at end; 0 has none. */
static char *digits(char *end, uintmax_t value, unsigned base)
{
	unsigned rest;

	/* 64 bits take long to divide, and on 32-bit machines a function */
	for (; value > UINT_MAX; value /= base)
		*--end = "0123456789abcdef"[value % base];
	for (rest = (unsigned)value; rest > 0; rest /= base)
		*--end = "0123456789abcdef"[rest % base];
	return end;
}

static void integer(struct job *job, struct spec *spec, char conversion)
{
	bool with_sign = conversion == 'd' || conversion == 'i';
	unsigned base = conversion == 'x' ? 16 : conversion == 'o' ? 8 : 10;
	uintmax_t value = take(job, spec->size, with_sign);
	const char *prefix = "";
	char room[MOST_DIGITS];
	char *end = room + sizeof(room);
	char *at;

	if (with_sign) {
		prefix = spec->flags & PLUS ? "+" : spec->flags & BLANK ? " " : "";
		if ((intmax_t)value < 0) {
			prefix = "-";
			value = -value;
		}
	}
	if (base == 16 && value && (spec->flags & ALTERNATE))
		prefix = "0x";
	at = digits(end, value, base);
	if (spec->precise || (spec->flags & LEFT))
		spec->flags &= ~(unsigned)ZERO;
	if (at == end && !spec->precise)
		*--at = '0';
	if (base == 8 && (spec->flags & ALTERNATE) && (at == end || *at != '0') &&
	    (!spec->precise || spec->precision <= (size_t)(end - at)))
		*--at = '0';
	place(job, spec, prefix, at, (size_t)(end - at));
}

static void text(struct job *job, struct spec *spec)
{
	const char *text = va_arg(job->list, const char *);
	size_t length = spec->precise ? strnlen(text, spec->precision) : strlen(text);

	spec->precise = false;
	place(job, spec, "", text, length);
}

static void convert(struct job *job, struct spec *spec, char conversion)
{
	char one = conversion;

	switch (conversion) {
	case 'd':
	case 'i':
	case 'u':
	case 'x':
	case 'o':
		integer(job, spec, conversion);
		return;
	case 's':
		text(job, spec);
		return;
	case 'c':
		one = (char)va_arg(job->list, int);
		spec->precise = false;
		place(job, spec, "", &one, 1);
		return;
	case '%':
		put(job, &one, 1);
		return;
	default:
		give_up(job, EINVAL);
	}
}

static unsigned flag(char letter)
{
	switch (letter) {
	case '-':
		return LEFT;
	case '+':
		return PLUS;
	case ' ':
		return BLANK;
	case '#':
		return ALTERNATE;
	case '0':
		return ZERO;
	default:
		return 0;
	}
}

/* A width or a precision, which may be an argument. */
static int number(struct job *job, const char **format)
{
	int value = 0;

	if (**format == '*') {
		++*format;
		return va_arg(job->list, int);
	}
	for (; **format >= '0' && **format <= '9'; ++*format) {
		if (value > (INT_MAX - 9) / 10)
			give_up(job, EOVERFLOW);
		else
			value = value * 10 + (**format - '0');
	}
	return value;
}

static unsigned integer_size(const char **format)
{
	const char *at = (*format)++;

	switch (*at) {
	case 'h':
		if (at[1] != 'h')
			return sizeof(short);
		++*format;
		return sizeof(char);
	case 'l':
		if (at[1] != 'l')
			return sizeof(long);
		++*format;
		return sizeof(long long);
	case 'j':
		return sizeof(intmax_t);
	case 'z':
	case 't':
		return sizeof(size_t);
	default:
		*format = at;
		return sizeof(int);
	}
}

/* What is between % and the conversion; returns where that is. */
static const char *read_spec(struct job *job, const char *format, struct spec *spec)
{
	unsigned one;
	int value;

	*spec = (struct spec){ 0 };
	for (; (one = flag(*format)) != 0; format++)
		spec->flags |= one;
	value = number(job, &format);
	if (value < 0)
		spec->flags |= LEFT;
	spec->width = value < 0 ? -(unsigned)value : (unsigned)value;
	if (*format == '.') {
		format++;
		value = number(job, &format);
		spec->precise = value >= 0;
		spec->precision = (unsigned)value;
	}
	spec->size = integer_size(&format);
	return format;
}

static int run(struct job *job, const char *format)
{
	struct spec spec;

	while (!job->failed && *format) {
		size_t plain = strcspn(format, "%");

		put(job, format, plain);
		format += plain;
		if (*format != '%' || job->failed)
			continue;
		format = read_spec(job, format + 1, &spec);
		if (!job->failed)
			convert(job, &spec, *format++);
	}
	va_end(job->list);
	return job->failed ? -1 : (int)job->length;
}

int vfprintf(FILE *file, const char *format, va_list list)
{
	struct job job = { .file = file };

	va_copy(job.list, list);
	return run(&job, format);
}

int vsnprintf(char *buffer, size_t size, const char *format, va_list list)
{
	struct job job = { .to = buffer, .room = size > 0 ? size - 1 : 0 };
	int length;

	va_copy(job.list, list);
	length = run(&job, format);
	if (size > 0)
		*job.to = '\0';
	return length;
}
