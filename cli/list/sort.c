/* sort.c - segments in the order of one of their facts */

#include <stdlib.h>
#include <string.h>

#include <shmbox/shmbox.h>

#include "diag/diag.h"
#include "list/column.h"

/* A segment and what it is sorted by. */
struct sortable {
	struct cell cell;
	bool descending;
	struct shmbox_info info;
};

/* Whether b belongs before a. */
static bool is_before(const struct sortable *b, const struct sortable *a)
{
	int order = strcmp(b->cell.text, a->cell.text);

	if (a->cell.unknown != b->cell.unknown)
		return a->cell.unknown;
	if (a->cell.number != b->cell.number)
		order = b->cell.number < a->cell.number ? -1 : 1;
	if (order == 0)
		return b->info.id < a->info.id;
	return b->descending ? order > 0 : order < 0;
}

static int smaller(int a, int b)
{
	return a < b ? a : b;
}

/* Two runs that are in order, from start and from middle on, become one in out. */
static void merge(const struct sortable **rows, const struct sortable **out, int start,
                  int middle, int end)
{
	int left = start;
	int right = middle;

	for (int i = start; i < end; i++) {
		bool from_right = left >= middle ||
		                  (right < end && is_before(rows[right], rows[left]));

		out[i] = rows[from_right ? right++ : left++];
	}
}

/* Merge sort, a tenth of the libc's qsort(3) in size. spare has room for as many. */
static void sort(const struct sortable **rows, const struct sortable **spare, int count)
{
	for (int width = 1; width < count; width *= 2) {
		for (int start = 0; start < count; start += 2 * width)
			merge(rows, spare, start, smaller(start + width, count),
			      smaller(start + 2 * width, count));
		memcpy(rows, spare, (size_t)count * sizeof(void *));
	}
}

int sort_by_column(struct shmbox_info *infos, int count, const char *name,
                   struct listing *listing)
{
	bool descending = *name == '-';
	const struct column *column = column_named(name + descending);
	struct sortable *rows = calloc((size_t)count + 1, sizeof(*rows));
	const struct sortable **order = calloc(2 * (size_t)count + 1, sizeof(void *));
	bool complete = rows && order;

	for (int i = 0; complete && i < count; i++) {
		rows[i].descending = descending;
		rows[i].info = infos[i];
		column_cell(column, &infos[i], listing, &rows[i].cell);
		order[i] = &rows[i];
	}
	if (complete)
		sort(order, order + count, count);
	for (int i = 0; complete && i < count; i++)
		infos[i] = order[i]->info;
	free(order);
	free(rows);
	return complete ? STATUS_OK : out_of_memory();
}
