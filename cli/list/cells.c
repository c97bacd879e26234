/* SPDX-License-Identifier: MIT */
/* cells.c - a cell as a word of a table, or of a format */

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "list/column.h"
#include "text/number.h"
#include "text/text.h"

/*
 * Writes "812,815", with ".." if there is no room for more, and "?" for invisible
 * processes.
 */
static void write_pids(char *out, const struct holding *holding)
{
	enum { ROOM = ESCAPED_MAX - TEXT_MAX };
	int used = 0;

	for (int i = 0; i < holding->mappings && used < ROOM; i++) {
		pid_t pid = holding->first[i].pid;

		if (i == 0 || pid != holding->first[i - 1].pid)
			used += sprintf(out + used, ",%d", (int)pid);
	}
	if (used >= ROOM)
		used += sprintf(out + used, ",..");
	if (!holding->complete)
		used += sprintf(out + used, ",?");
	if (used)
		memmove(out, out + 1, (size_t)used);
	else
		memcpy(out, "-", 2);
}

static void write_key(char *out, uint64_t key)
{
	char *end = out + 10;

	out[0] = '0';
	out[1] = 'x';
	for (*end = '\0'; end > out + 2; key >>= 4)
		*--end = "0123456789abcdef"[key & 15];
}

static bool has_no_value(const struct cell *cell)
{
	switch (cell->kind) {
	case CELL_TEXT:
	case CELL_LIST:
		return !cell->text[0];
	case CELL_TIME:
	case CELL_KEY:
	case CELL_PAGE:
		return !cell->number;
	default:
		return false;
	}
}

size_t write_cell(char *out, const struct cell *cell, bool bytes, bool blanks)
{
	enum cell_kind kind = cell->kind;

	if (cell->unknown || has_no_value(cell)) {
		memcpy(out, cell->unknown || cell->nameless ? "?" : "-", 2);
		return 1;
	}
	if (kind == CELL_TEXT || kind == CELL_LIST)
		text_escaped(out, cell->longer ? cell->longer : cell->text, blanks);
	else if (kind == CELL_PIDS)
		write_pids(out, &cell->holding);
	else if (kind == CELL_TIME)
		text_time(out, (int64_t)cell->number);
	else if (kind == CELL_KEY)
		write_key(out, cell->number);
	else if ((kind == CELL_SIZE || kind == CELL_PAGE) && !bytes)
		text_size(out, cell->number);
	else if (kind == CELL_AGE)
		text_age(out, (int64_t)cell->number);
	else if (kind == CELL_BOOL)
		stpcpy(out, cell->number ? "yes" : "no");
	else
		*put_number(out, cell->number) = '\0';
	return strlen(out);
}

void write_plain(char *out, const struct cell *cell)
{
	bool number = cell->kind == CELL_TIME || cell->kind == CELL_AGE ||
	              cell->kind == CELL_SIZE || cell->kind == CELL_PAGE;

	if (number && !cell->unknown)
		*put_number(out, cell->number) = '\0';
	else if (cell->kind == CELL_KEY && !cell->unknown)
		write_key(out, cell->number);
	else
		write_cell(out, cell, true, true);
}
