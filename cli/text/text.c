/* SPDX-License-Identifier: MIT */
/* text.c - printable characters, and texts cut to fit */

#include <limits.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "text/text.h"

/* Direction controls can make the text after them look like another text. */
static bool is_direction_control(const unsigned char *byte)
{
	if (byte[0] == 0xd8)
		return byte[1] == 0x9c; /* U+061C */
	if (byte[0] != 0xe2 || (byte[1] != 0x80 && byte[1] != 0x81))
		return false;
	return byte[1] == 0x80 ? byte[2] == 0x8e || byte[2] == 0x8f ||
	                                 (byte[2] >= 0xaa && byte[2] <= 0xae)
	                       : byte[2] >= 0xa6 && byte[2] <= 0xa9;
}

size_t text_length(const char *text)
{
	const unsigned char *byte = (const unsigned char *)text;
	size_t length = *byte < 0x80 ? 1 : *byte < 0xe0 ? 2 : *byte < 0xf0 ? 3 : 4;

	if (length == 1)
		return *byte >= ' ' && *byte != 0x7f;
	/* a continuation byte, an invalid byte, or a C1 control (U+0080 to U+009F) */
	if (*byte < 0xc2 || *byte > 0xf4 || (*byte == 0xc2 && byte[1] < 0xa0))
		return 0;
	/* overlong, a surrogate, or above U+10FFFF */
	if ((*byte == 0xe0 && byte[1] < 0xa0) || (*byte == 0xed && byte[1] >= 0xa0) ||
	    (*byte == 0xf0 && byte[1] < 0x90) || (*byte == 0xf4 && byte[1] >= 0x90))
		return 0;
	for (size_t i = 1; i < length; i++) {
		if ((byte[i] & 0xc0) != 0x80)
			return 0;
	}
	return is_direction_control(byte) ? 0 : length;
}

/* Replaces the last characters of a full text by "..". Returns the new length. */
static size_t shorten(char *out, size_t size)
{
	static const char mark[] = "..";
	size_t length = size - sizeof(mark);

	/* a character has at most three continuation bytes */
	for (int i = 0;
	     i < 3 && length > 0 && ((unsigned char)out[length] & 0xc0) == 0x80; i++)
		length--;
	memcpy(out + length, mark, sizeof(mark));
	return length + sizeof(mark) - 1;
}

size_t text_cut(char *out, size_t size, const char *text, size_t length)
{
	bool whole = length < size;

	memcpy(out, text, whole ? length : size - 1);
	out[whole ? length : size - 1] = '\0';
	return whole ? length : shorten(out, size);
}

size_t text_print(char *out, size_t size, const char *format, va_list list)
{
	int length = vsnprintf(out, size, format, list);

	if (length < 0) {
		*out = '\0';
		return 0;
	}
	return (size_t)length < size ? (size_t)length : shorten(out, size);
}

void text_word(char *out, size_t size, const char *word)
{
	size_t length = strlen(word);
	bool quoted = length == 0 || *word == ' ' || word[length - 1] == ' ';
	size_t used = text_cut(out + quoted, size - 2 * (size_t)quoted, word, length);

	if (!quoted)
		return;
	*out = '\'';
	memcpy(out + 1 + used, "'", 2);
}

char *text_escaped(char *out, const char *text, bool blanks)
{
	char *end = out;

	while (*text) {
		/*
		 * a blank at an end is invisible, and a lone blank would look like an
		 * empty name
		 */
		bool shown = *text != ' ' || (blanks && end != out && text[1]);
		size_t length = *text > ' ' && *text < 0x7f ? 1
		                : shown                     ? text_length(text)
		                                            : 0;

		if (length == 0)
			end += sprintf(end, "\\x%02x", (unsigned char)*text++);
		for (; length > 0; length--)
			*end++ = *text++;
	}
	*end = '\0';
	return out;
}
