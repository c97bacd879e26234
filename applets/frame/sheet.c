/* sheet.c - cells under headings, aligned */

#include <unistd.h>

#include "sheet.h"

enum { FIRST_ROOM = 4096 };

void sheet_add(struct sheet *sheet, const char *cell, enum colour colour)
{
	size_t length = strlen(cell) + 1;
	int column = sheet->next;

	if (sheet->used + length + 1 > sheet->room) {
		size_t room = sheet->room ? sheet->room * 2 : FIRST_ROOM;
		char *more = sheet->incomplete ? NULL : realloc(sheet->text, room);

		sheet->incomplete = !more;
		if (!more)
			return;
		sheet->text = more;
		sheet->room = room;
	}
	sheet->text[sheet->used++] = (char)('0' + colour);
	memcpy(sheet->text + sheet->used, cell, length);
	sheet->used += length;
	if ((int)length - 1 > sheet->width[column])
		sheet->width[column] = (int)length - 1;
	sheet->next = column + 1 < sheet->columns ? column + 1 : 0;
}

/* On a terminal that has colours and a user who has not asked for none (no-color.org). */
static bool has_colours(void)
{
	const char *none = getenv("NO_COLOR");
	const char *terminal = getenv("TERM");

	return isatty(STDOUT_FILENO) && !(none && *none) && terminal &&
	       strcmp(terminal, "dumb") != 0;
}

static void print_cell(const struct sheet *sheet, int column, const char *cell,
                       bool coloured)
{
	bool last = column == sheet->columns - 1;
	bool right = sheet->numbers >> column & 1;
	int padding = sheet->width[column] - (int)strlen(cell + 1);

	if (right)
		printf("%*s", padding, "");
	if (coloured && *cell != '0')
		printf("\033[3%cm%s\033[0m", *cell, cell + 1);
	else
		fputs(cell + 1, stdout);
	/* nothing behind the last word of a line */
	if (!right && !last)
		printf("%*s", padding, "");
	fputs(last ? "\n" : "  ", stdout);
}

int sheet_print(struct sheet *sheet)
{
	bool coloured = has_colours();
	const char *at = sheet->text;
	int column = 0;

	while (!sheet->incomplete && at < sheet->text + sheet->used) {
		print_cell(sheet, column, at, coloured);
		at += strlen(at) + 1;
		column = column + 1 < sheet->columns ? column + 1 : 0;
	}
	free(sheet->text);
	return sheet->incomplete ? fail(STATUS_FAILED, NULL, "no memory") : STATUS_OK;
}
