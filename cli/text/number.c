/* SPDX-License-Identifier: MIT */
/* number.c - parse and print unsigned numbers */

#include <limits.h>
#include <stdint.h>

#include "text/number.h"

bool skip_hex(const char **text)
{
	bool hex = (*text)[0] == '0' && ((*text)[1] == 'x' || (*text)[1] == 'X');

	*text += hex ? 2 : 0;
	return hex;
}

unsigned digit_value(char letter)
{
	if (letter >= '0' && letter <= '9')
		return (unsigned)(letter - '0');
	letter |= ' ';
	return letter >= 'a' && letter <= 'f' ? (unsigned)(letter - 'a') + 10 : 16;
}

bool digits(const char *text, unsigned base, const char **end, uint64_t *number,
            bool *big)
{
	const char *at = text;

	*number = 0;
	*big = false;
	for (; digit_value(*at) < base; at++) {
		if (__builtin_mul_overflow(*number, (uint64_t)base, number) ||
		    __builtin_add_overflow(*number, (uint64_t)digit_value(*at), number))
			*big = true;
	}
	*end = at;
	return at > text;
}

char *put_number(char *out, uint64_t number)
{
	char digits[NUMBER_MAX];
	char *first = digits + sizeof(digits);
	unsigned rest;

	/* divide 64 bits, which is slow on 32-bit machines, only while necessary */
	for (; number > UINT_MAX; number /= 10)
		*--first = (char)('0' + number % 10);
	rest = (unsigned)number;
	do {
		/* rest / 10 as a multiplication, because -Os would emit a division */
		unsigned tenth = (unsigned)(rest * UINT64_C(0xcccccccd) >> 35);

		*--first = (char)('0' + rest - 10 * tenth);
		rest = tenth;
	} while (rest > 0);
	while (first < digits + sizeof(digits))
		*out++ = *first++;
	return out;
}
