/* table.c - segments as a table with aligned columns */

#include "column.h"

enum { FIRST_ROOM = 4096 };

/* All cells of a table, NUL after each, and the widths they need. */
struct sheet {
	char *text;
	size_t used;
	size_t room;
	int width[MAX_COLUMNS];
};

static bool add_cell(struct sheet *sheet, int column, const char *cell)
{
	size_t length = strlen(cell) + 1;

	if (sheet->used + length > sheet->room) {
		size_t room = sheet->room ? sheet->room * 2 : FIRST_ROOM;
		char *more = realloc(sheet->text, room);

		if (!more)
			return false;
		sheet->text = more;
		sheet->room = room;
	}
	memcpy(sheet->text + sheet->used, cell, length);
	sheet->used += length;
	if ((int)length - 1 > sheet->width[column])
		sheet->width[column] = (int)length - 1;
	return true;
}

static bool fill(struct sheet *sheet, const struct columns *columns,
                 const struct shmbox_info *infos, int count, struct sight *sight)
{
	char text[CELL_ROOM];

	for (int i = 0; i < count; i++) {
		for (int j = 0; j < columns->count; j++) {
			struct cell cell =
				column_cell(columns->rows[j], &infos[i], sight);

			write_cell(text, &cell, sight->bytes, j == columns->count - 1);
			if (!add_cell(sheet, j, text))
				return false;
		}
	}
	return true;
}

static void print_sheet(const struct sheet *sheet, const struct columns *columns)
{
	const char *at = sheet->text;

	while (at < sheet->text + sheet->used) {
		for (int j = 0; j < columns->count; j++) {
			enum cell_kind kind = columns->rows[j]->kind;
			bool left = kind == CELL_TEXT || kind == CELL_LIST ||
			            kind == CELL_KEY || kind == CELL_TIME;
			bool last = j == columns->count - 1;

			/* nothing behind the last word of a line */
			if (left)
				printf("%-*s", last ? 0 : sheet->width[j], at);
			else
				printf("%*s", sheet->width[j], at);
			fputs(last ? "\n" : "  ", stdout);
			at += strlen(at) + 1;
		}
	}
}

int print_table(const struct columns *columns, const struct shmbox_info *infos, int count,
                bool headings, struct sight *sight)
{
	struct sheet sheet = { 0 };
	bool complete = true;

	for (int j = 0; headings && complete && j < columns->count; j++)
		complete = add_cell(&sheet, j, columns->rows[j]->heading);
	complete = complete && fill(&sheet, columns, infos, count, sight);
	if (complete)
		print_sheet(&sheet, columns);
	free(sheet.text);
	return complete ? STATUS_OK : fail(STATUS_FAILED, NULL, "no memory");
}
