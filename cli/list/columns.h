/* SPDX-License-Identifier: MIT */
/* columns.h - the columns: facts about a segment by name, for tables, JSON and formats */
#ifndef COLUMNS_H
#define COLUMNS_H

#include <shmbox/shmbox.h>

#include "list/listing.h"
#include "text/json.h"
#include "text/sheet.h"

enum cell_kind {
	CELL_NUMBER,
	CELL_SIZE, /* bytes */
	CELL_TIME, /* seconds since the Epoch; 0: never */
	CELL_AGE,  /* seconds */
	CELL_KEY,  /* 0: no key */
	CELL_BOOL,
	CELL_TEXT, /* "": no value, unless the cell is nameless */
	CELL_LIST, /* texts, joined by commas */
	CELL_PAGE, /* bytes; 0: ordinary pages */
	CELL_PIDS, /* holders, and whether all of them are visible */
};

/* The value of a column for one segment. */
struct cell {
	enum cell_kind kind;
	bool unknown;
	bool nameless; /* the name exists, and is empty */
	enum colour colour;
	uint64_t number;
	struct holding holding;
	char text[TEXT_MAX];
	const char
		*longer; /* all of a text that has no room there, until the next cell */
};

struct column;

/* A list of columns, in the order of output. */
struct columns {
	int count;
	const struct column *rows[MAX_COLUMNS];
};

/* The columns of a list that parse_columns() has accepted. */
struct columns columns_named(const char *list);
struct columns columns_all(void);
/* Returns NEEDS_ bits: what listing_read() has to find out for these columns. */
unsigned columns_needs(const struct columns *columns);

void column_cell(const struct column *column, const struct shmbox_info *info,
                 struct listing *listing, struct cell *cell);

/*
 * Sorts by the column with this name, in descending order for "-name". Unknown values
 * come last. Returns a status.
 */
int sort_by_column(struct shmbox_info *infos, int count, const char *name,
                   struct listing *listing);

/* Prints a table with aligned columns. Returns a status: memory may run out. */
int print_table(const struct columns *columns, const struct shmbox_info *infos, int count,
                bool headings, struct listing *listing);
/* Prints {"version":1,"sharedmemory":[..]}. */
void print_json(const struct columns *columns, const struct shmbox_info *infos, int count,
                struct listing *listing);
/* Prints the members of the JSON object of one segment. */
void json_row(struct json *json, const struct columns *columns,
              const struct shmbox_info *info, struct listing *listing);
/* Prints a line "name: value" for each column. */
void print_facts(const struct columns *columns, const struct shmbox_info *info,
                 struct listing *listing);
/* Prints a format that parse_format() has accepted, and a newline. */
void print_format(const char *format, const struct shmbox_info *info,
                  struct listing *listing);

#endif
