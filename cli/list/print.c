/* SPDX-License-Identifier: MIT */
/* print.c - facts about segments as lines, as JSON and in the user's format */

#include <stdio.h>
#include <string.h>

#include <shmbox/shmbox.h>

#include "list/column.h"
#include "text/io.h"
#include "text/text.h"

/* An unknown status becomes null. */
static void json_list(struct json *json, const char *name, const char *text)
{
	json_open(json, name, '[');
	while (*text) {
		char item[TEXT_MAX];
		size_t length = strcspn(text, ",");

		snprintf(item, sizeof(item), "%.*s", (int)length, text);
		if (strcmp(item, "?") == 0)
			json_null(json, NULL);
		else
			json_text(json, NULL, item);
		text += length + (text[length] == ',');
	}
	json_close(json, ']');
}

/* All invisible processes together become one null. */
static void json_pids(struct json *json, const char *name, const struct holding *holding)
{
	json_open(json, name, '[');
	for (int i = 0; i < holding->mappings; i++) {
		pid_t pid = holding->first[i].pid;

		if (i == 0 || pid != holding->first[i - 1].pid)
			json_number(json, NULL, pid);
	}
	if (!holding->complete)
		json_null(json, NULL);
	json_close(json, ']');
}

static void json_cell(struct json *json, const char *name, const struct cell *cell)
{
	char text[CELL_ROOM];

	if (cell->unknown)
		json_null(json, name);
	else if (cell->kind == CELL_LIST)
		json_list(json, name, cell->text);
	else if (cell->kind == CELL_PIDS)
		json_pids(json, name, &cell->holding);
	else if (cell->kind == CELL_TEXT)
		json_text(json, name, cell->longer ? cell->longer : cell->text);
	else if (cell->kind == CELL_BOOL)
		json_bool(json, name, cell->number);
	else if (cell->kind != CELL_KEY)
		json_count(json, name, cell->number);
	else {
		write_plain(text, cell);
		json_text(json, name, text);
	}
}

/* True if the column occurs before index: an object has each name once. */
static bool is_repeated(const struct columns *columns, int index)
{
	for (int i = 0; i < index; i++) {
		if (columns->rows[i] == columns->rows[index])
			return true;
	}
	return false;
}

void json_row(struct json *json, const struct columns *columns,
              const struct shmbox_info *info, struct listing *listing)
{
	for (int j = 0; j < columns->count; j++) {
		struct cell cell;

		if (is_repeated(columns, j))
			continue;
		column_cell(columns->rows[j], info, listing, &cell);
		json_cell(json, columns->rows[j]->name, &cell);
	}
}

void print_json(const struct columns *columns, const struct shmbox_info *infos, int count,
                struct listing *listing)
{
	struct json json = { 0 };

	json_begin(&json);
	json_open(&json, "sharedmemory", '[');
	for (int i = 0; i < count; i++) {
		json_open(&json, NULL, '{');
		json_row(&json, columns, &infos[i], listing);
		json_close(&json, '}');
	}
	json_close(&json, ']');
	json_end(&json);
}

void print_facts(const struct columns *columns, const struct shmbox_info *info,
                 struct listing *listing)
{
	char text[CELL_ROOM];

	for (int j = 0; j < columns->count; j++) {
		struct cell cell;

		column_cell(columns->rows[j], info, listing, &cell);
		write_cell(text, &cell, listing->bytes, true);
		fprintf(output, "%s: %s\n", columns->rows[j]->name, text);
	}
}

/* Prints the column of "%{name}" at format. Returns the address after it. */
static const char *print_column(const char *format, const struct shmbox_info *info,
                                struct listing *listing)
{
	size_t length = strcspn(format, "}");
	char name[TEXT_MAX];
	char text[CELL_ROOM];
	struct cell cell;

	snprintf(name, sizeof(name), "%.*s", (int)length - 2, format + 2);
	column_cell(column_named(name), info, listing, &cell);
	write_plain(text, &cell);
	fputs(text, output);
	return format + length + 1;
}

void print_format(const char *format, const struct shmbox_info *info,
                  struct listing *listing)
{
	while (*format) {
		if (*format == '\\') {
			putc(format[1] == 'n'   ? '\n'
			     : format[1] == 't' ? '\t'
			                        : '\\',
			     output);
			format += 2;
		} else if (*format != '%') {
			putc(*format++, output);
		} else if (format[1] == '%') {
			putc('%', output);
			format += 2;
		} else {
			format = print_column(format, info, listing);
		}
	}
	putc('\n', output);
}
