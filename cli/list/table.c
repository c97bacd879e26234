/* SPDX-License-Identifier: MIT */
/* table.c - segments as a table with aligned columns */

#include <shmbox/shmbox.h>

#include "diag/diag.h"
#include "list/column.h"
#include "text/text.h"

void sheet_add_cell(struct sheet *sheet, const struct column *column,
                    const struct shmbox_info *info, struct listing *listing, bool last)
{
	char text[CELL_ROOM];
	char cut[ESCAPED_MAX];
	struct cell cell;
	size_t length;

	column_cell(column, info, listing, &cell);
	length = write_cell(text, &cell, listing->bytes, last);
	length = text_cut(cut, sizeof(cut), text, length);
	sheet_put(sheet, cut, length, cell.colour);
}

bool column_is_number(const struct column *column)
{
	return column->kind != CELL_TEXT && column->kind != CELL_LIST &&
	       column->kind != CELL_KEY && column->kind != CELL_TIME &&
	       column->kind != CELL_PIDS;
}

int print_table(const struct columns *columns, const struct shmbox_info *infos, int count,
                bool headings, struct listing *listing)
{
	struct sheet sheet = { .columns = columns->count };

	for (int j = 0; j < columns->count; j++) {
		if (column_is_number(columns->rows[j]))
			sheet.numbers |= UINT64_C(1) << j;
		if (headings)
			sheet_add(&sheet, columns->rows[j]->heading, PLAIN);
	}
	for (int i = 0; i < count; i++) {
		for (int j = 0; j < columns->count; j++)
			sheet_add_cell(&sheet, columns->rows[j], &infos[i], listing,
			               j == columns->count - 1);
	}
	return sheet_print(&sheet) ? STATUS_OK : out_of_memory();
}
