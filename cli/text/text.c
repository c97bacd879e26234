/* text.c - characters that may be shown, and texts that are cut to fit */

#include <limits.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "text/text.h"

/* Controls the direction of what comes after it, and so could make it read as another text. */
static bool turns(const unsigned char *byte)
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
	/* too short, or 0x80 to 0x9f, which are control characters again */
	if (*byte < 0xc2 || *byte > 0xf4 || (*byte == 0xc2 && byte[1] < 0xa0))
		return 0;
	/* longer than it need be, half of a surrogate, or behind the last one */
	if ((*byte == 0xe0 && byte[1] < 0xa0) || (*byte == 0xed && byte[1] >= 0xa0) ||
	    (*byte == 0xf0 && byte[1] < 0x90) || (*byte == 0xf4 && byte[1] >= 0x90))
		return 0;
	for (size_t i = 1; i < length; i++) {
		if ((byte[i] & 0xc0) != 0x80)
			return 0;
	}
	return turns(byte) ? 0 : length;
}

/* Of a full text, the last character becomes "..". Returns how long it is then. */
static size_t shorten(char *out, size_t size)
{
	static const char mark[] = "..";
	size_t length = size - sizeof(mark);

	/* no more than three bytes of a character follow its first */
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

char *text_escaped(char *out, const char *text, bool blanks)
{
	char *end = out;

	while (*text) {
		/* at an end it could not be seen, and nothing else would look like no name */
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
