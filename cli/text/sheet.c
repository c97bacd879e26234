/* SPDX-License-Identifier: MIT */
/* sheet.c - an aligned table of cells under headings */

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "text/line.h"
#include "text/sheet.h"
#include "text/text.h"

/* Initial bytes, and bytes before each cell: its colour, length and width. */
enum { FIRST_ROOM = 4096, HEAD = 3 };

static_assert(ESCAPED_MAX - 1 <= UINT8_MAX, "a cell's length is one byte");

static bool make_room(struct sheet *sheet, size_t length)
{
	size_t room = sheet->room ? sheet->room * 2 : FIRST_ROOM;
	char *more;

	if (sheet->used + length <= sheet->room)
		return true;
	more = sheet->incomplete ? NULL : realloc(sheet->text, room);
	sheet->incomplete = !more;
	if (!more)
		return false;
	sheet->text = more;
	sheet->room = room;
	return true;
}

void sheet_put(struct sheet *sheet, const char *cell, size_t length, enum colour colour)
{
	size_t width = text_width(cell, length);
	int column = sheet->next;
	char *to;

	if (!make_room(sheet, HEAD + length))
		return;
	to = sheet->text + sheet->used;
	sheet->used += HEAD + length;
	if ((int)width > sheet->width[column])
		sheet->width[column] = (int)width;
	sheet->next = column + 1 < sheet->columns ? column + 1 : 0;
	*to++ = (char)colour;
	*to++ = (char)length;
	*to++ = (char)width;
	while (length-- > 0)
		*to++ = *cell++;
}

void sheet_add(struct sheet *sheet, const char *cell, enum colour colour)
{
	sheet_put(sheet, cell, strlen(cell), colour);
}

/* True on a terminal with colours, unless NO_COLOR is set (no-color.org). */
static bool has_colours(void)
{
	const char *none = getenv("NO_COLOR");
	const char *terminal = getenv("TERM");

	return isatty(STDOUT_FILENO) && !(none && *none) && terminal &&
	       strcmp(terminal, "dumb") != 0;
}

static void print_cell(struct line *line, const struct sheet *sheet, int column,
                       const char *cell, bool coloured)
{
	size_t length = (unsigned char)cell[1];
	int padding = sheet->width[column] - (unsigned char)cell[2];
	bool last = column == sheet->columns - 1;
	bool right = sheet->numbers >> column & 1;

	if (right)
		line_blanks(line, padding);
	if (coloured && *cell) {
		line_text(line, "\033[3");
		line_number(line, (unsigned char)*cell);
		line_byte(line, 'm');
	}
	line_put(line, cell + HEAD, length);
	if (coloured && *cell)
		line_text(line, "\033[0m");
	/* no blanks at the end of a line */
	if (last)
		line_byte(line, '\n');
	else
		line_blanks(line, (right ? 0 : padding) + 2);
}

bool sheet_print(struct sheet *sheet)
{
	bool coloured = has_colours();
	const char *at = sheet->text;
	struct line line = { 0 };
	int column = 0;

	while (!sheet->incomplete && sheet->text && at < sheet->text + sheet->used) {
		print_cell(&line, sheet, column, at, coloured);
		at += HEAD + (unsigned char)at[1];
		column = column + 1 < sheet->columns ? column + 1 : 0;
	}
	line_end(&line);
	free(sheet->text);
	return !sheet->incomplete;
}
