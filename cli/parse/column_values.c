/* SPDX-License-Identifier: MIT */
/* column_values.c - parse NAME, NAME,... and FORMAT, which name columns */

#include <string.h>

#include "list/column.h"
#include "parse/parsers.h"

static bool unknown_column(const char *text, const char *name, size_t length,
                           struct problem *problem)
{
	column_names(problem->hint, sizeof(problem->hint));
	if (length == 0)
		return wrong(problem, "a column name is missing");
	if (strlen(text) == length)
		return wrong(problem, "no such column");
	return wrong(problem, "no such column: %.*s", (int)length, name);
}

bool parse_column(const char *text, union value *value, struct problem *problem)
{
	const char *name = text + (*text == '-');

	value->text = text;
	return column_named(name) || unknown_column(text, name, strlen(name), problem);
}

bool parse_columns(const char *text, union value *value, struct problem *problem)
{
	const char *at = text;
	int count = 0;

	value->text = text;
	do {
		size_t length = strcspn(at, ",");

		if (!column_at(at, length))
			return unknown_column(text, at, length, problem);
		if (++count > MAX_COLUMNS)
			return wrong(problem, "more than %d columns", MAX_COLUMNS);
		at += length;
	} while (*at++ == ',');
	return true;
}

bool parse_format(const char *text, union value *value, struct problem *problem)
{
	value->text = text;
	while (*text) {
		size_t length = strcspn(text, "}");

		if (*text == '\\' && (!text[1] || !strchr("nt\\", text[1])))
			return wrong(problem,
			             "no such escape: expected \\n, \\t or \\\\");
		if (*text == '\\' || (*text == '%' && text[1] == '%')) {
			text += 2;
		} else if (*text != '%') {
			text++;
		} else if (text[1] != '{' || !text[length]) {
			return wrong(
				problem,
				"no column after %%: expected %%{NAME}, or %%%% for %%");
		} else if (!column_at(text + 2, length - 2)) {
			return unknown_column(value->text, text + 2, length - 2, problem);
		} else {
			text += length + 1;
		}
	}
	return true;
}
