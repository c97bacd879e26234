/* SPDX-License-Identifier: MIT */
/* line.c - a buffer before stdio */

#include <stdint.h>

#include "text/io.h"
#include "text/line.h"
#include "text/number.h"

void line_end(struct line *line)
{
	fwrite(line->text, 1, line->used, output);
	line->used = 0;
}

void line_put(struct line *line, const char *text, size_t length)
{
	char *to;

	if (length > LINE_ROOM - line->used)
		line_end(line);
	if (length > LINE_ROOM) {
		fwrite(text, 1, length, output);
		return;
	}
	to = line->text + line->used;
	line->used += length;
	/* most texts are a few bytes long, for which a call of memcpy(3) is slower */
	while (length-- > 0)
		*to++ = *text++;
}

void line_text(struct line *line, const char *text)
{
	char *to = line->text + line->used;

	while (*text) {
		if (to == line->text + LINE_ROOM) {
			line->used = LINE_ROOM;
			line_end(line);
			to = line->text;
		}
		*to++ = *text++;
	}
	line->used = (size_t)(to - line->text);
}

void line_byte(struct line *line, char byte)
{
	if (line->used == LINE_ROOM)
		line_end(line);
	line->text[line->used++] = byte;
}

void line_blanks(struct line *line, int count)
{
	static const char blanks[] = "                ";

	for (; count > 0; count -= (int)sizeof(blanks) - 1)
		line_put(line, blanks,
		         (size_t)count < sizeof(blanks) ? (size_t)count
		                                        : sizeof(blanks) - 1);
}

void line_number(struct line *line, uint64_t number)
{
	if (line->used > LINE_ROOM - NUMBER_MAX)
		line_end(line);
	line->used = (size_t)(put_number(line->text + line->used, number) - line->text);
}
