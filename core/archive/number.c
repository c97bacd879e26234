/* SPDX-License-Identifier: MIT */
/* number.c - numbers in an archive, which are not trusted */

#include "archive/number.h"

static unsigned digit_of(char letter)
{
	if (letter >= '0' && letter <= '9')
		return (unsigned)(letter - '0');
	if (letter >= 'a' && letter <= 'f')
		return (unsigned)(letter - 'a') + 10;
	return 16;
}

bool take_number(const char **text, unsigned base, uint64_t most, uint64_t *number)
{
	const char *at = *text;
	uint64_t value = 0;

	for (unsigned digit; (digit = digit_of(*at)) < base; at++) {
		if (digit > most || value > (most - digit) / base)
			return false;
		value = value * base + digit;
	}
	if (at == *text)
		return false;
	*text = at;
	*number = value;
	return true;
}

bool read_whole(const char *text, unsigned base, uint64_t most, uint64_t *number)
{
	return take_number(&text, base, most, number) && !*text;
}

static bool read_binary(const char *field, size_t length, uint64_t most, uint64_t *number)
{
	uint64_t value = 0;

	for (size_t i = 1; i < length; i++) {
		if (value > most >> 8)
			return false;
		value = value << 8 | (unsigned char)field[i];
	}
	*number = value;
	return value <= most;
}

bool read_field(const char *field, size_t length, uint64_t most, uint64_t *number)
{
	char text[16] = "";
	const char *at = text;

	if ((unsigned char)field[0] == 0x80)
		return read_binary(field, length, most, number);
	memcpy(text, field, length < sizeof(text) ? length : sizeof(text) - 1);
	while (*at == ' ')
		at++;
	/* GNU tar leaves a field without meaning empty */
	if (!*at) {
		*number = 0;
		return true;
	}
	return take_number(&at, 8, most, number) && (!*at || *at == ' ');
}
