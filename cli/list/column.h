/* column.h - one column, for the files that fill and print them */
#ifndef COLUMN_H
#define COLUMN_H

#include "list/columns.h"

/* A segment, and what its listing knows. */
struct look {
	const struct shmbox_info *info;
	struct listing *listing;
};

struct column {
	char name[12];    /* in --output, --format and JSON: never changes */
	char heading[12]; /* in tables: may */
	enum cell_kind kind;
	unsigned needs; /* NEEDS_ bits */
	char help[72];
};

/* ---- getters.c ---- */

extern const struct column column_table[];
extern const int column_count;

/* ---- columns.c ---- */

/* NULL if there is none. */
const struct column *column_named(const char *name);
/* The same for a name of so many bytes, inside of a list. */
const struct column *column_at(const char *name, size_t length);
/* "columns are id key ..", in out. */
void column_names(char *out, size_t size);
/* "column NAME HELP" lines for --describe. */
void columns_describe(void);

/* ---- cells.c ---- */

enum { CELL_ROOM = ESCAPED_MAX };

/*
 * For people: - is none, ? is unknown. out has room for CELL_ROOM bytes. Returns how many
 * they are, without the NUL.
 */
size_t write_cell(char *out, const struct cell *cell, bool bytes, bool blanks);
/* For programs: nothing is rounded, and a key that is none is 0. */
void write_plain(char *out, const struct cell *cell);

#endif
