/* SPDX-License-Identifier: MIT */
/* columns.c - the table of columns, found by name, and lists of them */

#include <assert.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "list/getters.h"
#include "text/io.h"

#define TEXTS(name, heading, kind, needs, help) { #name, heading, kind, needs, help },
const struct column column_table[] = { COLUMNS(TEXTS) };

/* Separate from the texts: only these pointers need relocation at start. */
#define GETTER(name, heading, kind, needs, help) get_##name,
static void (*const getters[])(const struct entry *entry,
                               struct cell *cell) = { COLUMNS(GETTER) };

const int column_count = sizeof(column_table) / sizeof(*column_table);
static_assert(sizeof(column_table) / sizeof(*column_table) <= MAX_COLUMNS,
              "struct columns has no room");

void column_cell(const struct column *column, const struct shmbox_info *info,
                 struct listing *listing, struct cell *cell)
{
	cell->kind = column->kind;
	cell->unknown = false;
	cell->nameless = false;
	cell->colour = PLAIN;
	cell->number = 0;
	cell->text[0] = '\0';
	cell->longer = NULL;
	getters[column - column_table](&(struct entry){ info, listing }, cell);
}

static bool is_word(const char *word, const char *name, size_t length)
{
	return strlen(word) == length && strncasecmp(word, name, length) == 0;
}

const struct column *column_at(const char *name, size_t length)
{
	for (int i = 0; i < column_count; i++) {
		if (is_word(column_table[i].name, name, length) ||
		    is_word(column_table[i].heading, name, length))
			return &column_table[i];
	}
	return NULL;
}

const struct column *column_named(const char *name)
{
	return column_at(name, strlen(name));
}

struct columns columns_named(const char *list)
{
	struct columns chosen = { 0 };

	while (*list) {
		size_t length = strcspn(list, ",");

		chosen.rows[chosen.count++] = column_at(list, length);
		list += length + (list[length] == ',');
	}
	return chosen;
}

struct columns columns_all(void)
{
	struct columns all = { .count = column_count };

	for (int i = 0; i < column_count; i++)
		all.rows[i] = &column_table[i];
	return all;
}

unsigned columns_needs(const struct columns *chosen)
{
	unsigned needs = 0;

	for (int i = 0; i < chosen->count; i++)
		needs |= chosen->rows[i]->needs;
	return needs;
}

void column_names(char *out, size_t size)
{
	size_t used = (size_t)snprintf(out, size, "columns are");

	for (int i = 0; i < column_count && used < size; i++)
		used += (size_t)snprintf(out + used, size - used, " %s",
		                         column_table[i].name);
}

void columns_describe(void)
{
	for (int i = 0; i < column_count; i++)
		fprintf(output, "column\t%s\t%s\n", column_table[i].name,
		        column_table[i].help);
}
