/* SPDX-License-Identifier: MIT */
/* sort.c - sort segments by one of their columns */

#include <stdlib.h>
#include <string.h>

#include <shmbox/shmbox.h>

#include "diag/diag.h"
#include "list/column.h"

/* A segment and the cell that it is sorted by. */
struct sortable {
	struct cell cell;
	bool descending;
	struct shmbox_info info;
};

/* For qsort(3): unknown values come last, and equal ones are sorted by id. */
static int by_cell(const void *left, const void *right)
{
	const struct sortable *a = *(const struct sortable *const *)left;
	const struct sortable *b = *(const struct sortable *const *)right;
	int order = strcmp(a->cell.text, b->cell.text);

	if (a->cell.unknown != b->cell.unknown)
		return a->cell.unknown ? 1 : -1;
	if (a->cell.number != b->cell.number)
		order = a->cell.number < b->cell.number ? -1 : 1;
	if (order == 0)
		return a->info.id < b->info.id ? -1 : a->info.id > b->info.id;
	return a->descending ? -order : order;
}

int sort_by_column(struct shmbox_info *infos, int count, const char *name,
                   struct listing *listing)
{
	bool descending = *name == '-';
	const struct column *column = column_named(name + descending);
	struct sortable *rows = calloc((size_t)count + 1, sizeof(*rows));
	const struct sortable **order = calloc((size_t)count + 1, sizeof(void *));
	bool complete = rows && order;

	for (int i = 0; complete && i < count; i++) {
		rows[i].descending = descending;
		rows[i].info = infos[i];
		column_cell(column, &infos[i], listing, &rows[i].cell);
		order[i] = &rows[i];
	}
	if (complete)
		qsort(order, (size_t)count, sizeof(void *), by_cell);
	for (int i = 0; complete && i < count; i++)
		infos[i] = order[i]->info;
	free(order);
	free(rows);
	return complete ? STATUS_OK : out_of_memory();
}
