/* columns.h - the facts about a segment by name, for tables, JSON and formats */
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
	CELL_KEY,  /* 0: none */
	CELL_BOOL,
	CELL_TEXT, /* "": none, but for a name that is empty */
	CELL_LIST, /* text, joined by commas */
	CELL_PAGE, /* bytes; 0: an ordinary page */
	CELL_PIDS, /* holders, and whether these are all */
};

/* One fact about one segment. */
struct cell {
	enum cell_kind kind;
	bool unknown;
	bool nameless; /* of what has a name, but an empty one */
	enum colour colour;
	uint64_t number;
	struct holding holding;
	char text[TEXT_MAX];
};

struct column;

/* The columns that a checked list names, in its order. */
struct columns {
	int count;
	const struct column *rows[MAX_COLUMNS];
};

struct columns columns_named(const char *list);
struct columns columns_all(void);
/* NEEDS_ bits: what listing_look() has to find out for them. */
unsigned columns_needs(const struct columns *columns);

void column_cell(const struct column *column, const struct shmbox_info *info,
                 struct listing *listing, struct cell *cell);

/* Sorts by the column that name says; "-name": descending; what is unknown comes last. */
int sort_by_column(struct shmbox_info *infos, int count, const char *name,
                   struct listing *listing);

/* A table with aligned columns; STATUS_OK, or a status for want of memory. */
int print_table(const struct columns *columns, const struct shmbox_info *infos, int count,
                bool headings, struct listing *listing);
/* {"version":1,"sharedmemory":[..]} */
void print_json(const struct columns *columns, const struct shmbox_info *infos, int count,
                struct listing *listing);
/* The members of one segment's object. */
void json_row(struct json *json, const struct columns *columns,
              const struct shmbox_info *info, struct listing *listing);
/* name: value, a line each. */
void print_facts(const struct columns *columns, const struct shmbox_info *info,
                 struct listing *listing);
/* A checked format and a newline. */
void print_format(const char *format, const struct shmbox_info *info,
                  struct listing *listing);

#endif
