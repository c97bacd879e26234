/* cells.c - one fact as a word of a table, or of a format */

#include "column.h"

/*
 * UTC, which is the same in every container and needs no time zone files. Years begin in
 * March here: then the leap day is the last of its year, and 153 days are 5 months.
 */
static void write_time(char *out, uint64_t seconds)
{
	uint64_t days = seconds / 86400 + 719468; /* since 0000-03-01 */
	uint64_t era = days / 146097;             /* 400 years */
	unsigned day = (unsigned)(days % 146097);
	unsigned year = (day - day / 1460 + day / 36524 - day / 146096) / 365;
	unsigned rest = (unsigned)(seconds % 86400);
	unsigned month;

	day -= 365 * year + year / 4 - year / 100;
	month = (5 * day + 2) / 153;
	snprintf(out, CELL_ROOM, "%04llu-%02u-%02uT%02u:%02u:%02uZ",
	         (unsigned long long)era * 400 + year + (month >= 10),
	         month < 10 ? month + 3 : month - 9, day - (153 * month + 2) / 5 + 1,
	         rest / 3600, rest / 60 % 60, rest % 60);
}

/* "812,815", ".." if there is no room for more, "?" for those that cannot be seen. */
static void write_pids(char *out, const struct holding *holding)
{
	enum { ROOM = CELL_ROOM - TEXT_MAX };
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

void write_cell(char *out, const struct cell *cell, bool bytes, bool blanks)
{
	bool text = cell->kind == CELL_TEXT || cell->kind == CELL_LIST;

	if (cell->unknown)
		snprintf(out, CELL_ROOM, "%s", "?");
	else if (text)
		text_escaped(out, cell->text[0] ? cell->text : "-", blanks);
	else if (cell->kind == CELL_PIDS)
		write_pids(out, &cell->holding);
	else if (!cell->number && (cell->kind == CELL_TIME || cell->kind == CELL_KEY ||
	                           cell->kind == CELL_PAGE))
		snprintf(out, CELL_ROOM, "%s", "-");
	else if (cell->kind == CELL_TIME)
		write_time(out, cell->number);
	else if (cell->kind == CELL_KEY)
		snprintf(out, CELL_ROOM, "0x%08x", (unsigned)cell->number);
	else if ((cell->kind == CELL_SIZE || cell->kind == CELL_PAGE) && !bytes)
		text_size(out, cell->number);
	else if (cell->kind == CELL_AGE)
		text_age(out, (int64_t)cell->number);
	else if (cell->kind == CELL_BOOL)
		snprintf(out, CELL_ROOM, "%s", cell->number ? "yes" : "no");
	else
		snprintf(out, CELL_ROOM, "%llu", (unsigned long long)cell->number);
}

void write_plain(char *out, const struct cell *cell)
{
	bool number = cell->kind == CELL_TIME || cell->kind == CELL_AGE ||
	              cell->kind == CELL_SIZE || cell->kind == CELL_PAGE;

	if (number && !cell->unknown)
		snprintf(out, CELL_ROOM, "%llu", (unsigned long long)cell->number);
	else if (cell->kind == CELL_KEY)
		snprintf(out, CELL_ROOM, "0x%08x", (unsigned)cell->number);
	else
		write_cell(out, cell, true, true);
}
