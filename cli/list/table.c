/* SPDX-License-Identifier: MIT */
/* table.c - segments as a table with aligned columns */

#include <shmbox/shmbox.h>

#include "diag/diag.h"
#include "list/column.h"
#include "text/text.h"

static void add_row(struct sheet *sheet, const struct columns *columns,
                    const struct shmbox_info *info, struct listing *listing)
{
	char text[CELL_ROOM];
	char cut[ESCAPED_MAX];

	for (int j = 0; j < columns->count; j++) {
		struct cell cell;
		size_t length;

		column_cell(columns->rows[j], info, listing, &cell);
		length = write_cell(text, &cell, listing->bytes, j == columns->count - 1);
		length = text_cut(cut, sizeof(cut), text, length);
		sheet_put(sheet, cut, length, cell.colour);
	}
}

int print_table(const struct columns *columns, const struct shmbox_info *infos, int count,
                bool headings, struct listing *listing)
{
	struct sheet sheet = { .columns = columns->count };

	for (int j = 0; j < columns->count; j++) {
		enum cell_kind kind = columns->rows[j]->kind;

		if (kind != CELL_TEXT && kind != CELL_LIST && kind != CELL_KEY &&
		    kind != CELL_TIME && kind != CELL_PIDS)
			sheet.numbers |= UINT64_C(1) << j;
		if (headings)
			sheet_add(&sheet, columns->rows[j]->heading, PLAIN);
	}
	for (int i = 0; i < count; i++)
		add_row(&sheet, columns, &infos[i], listing);
	return sheet_print(&sheet) ? STATUS_OK : out_of_memory();
}
