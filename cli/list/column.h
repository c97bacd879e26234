/* SPDX-License-Identifier: MIT */
/* column.h - one column, for the files that fill and print cells */
#ifndef COLUMN_H
#define COLUMN_H

#include "list/columns.h"

/* A segment of a listing: what the value of a cell is computed from. */
struct entry {
	const struct shmbox_info *info;
	struct listing *listing;
};

struct column {
	char name[12];    /* in --output, --format and JSON; never changes */
	char heading[12]; /* in tables; may change */
	enum cell_kind kind;
	unsigned needs; /* NEEDS_ bits */
	char help[72];
};

/* ---- cached_process.c ---- */

/*
 * The name of the process that created the segment, or that used it last, until the next call:
 * 0, or what shmbox_process_name() returns. -ENOENT, too, if the process that has this pid now
 * is younger than that. The second returns -ESRCH if the segment was never used.
 */
int name_creator(const struct entry *look, const char **name);
int name_last(const struct entry *look, const char **name);
/* The same for the command line of the creator; returns its length. */
int creator_args(const struct entry *look, const char **args);

/* ---- columns.c ---- */

extern const struct column column_table[];
extern const int column_count;

/* The column with this name or heading, in upper or lower case; NULL if there is none. */
const struct column *column_named(const char *name);
/* The same for the first length bytes of name. */
const struct column *column_at(const char *name, size_t length);
/* Writes the hint "columns are id key .." to out. */
void column_names(char *out, size_t size);
/* Prints the "column NAME HELP" lines of --describe. */
void columns_describe(void);

/* ---- table.c ---- */

/* True if the cells of the column are aligned to the right. */
bool column_is_number(const struct column *column);
/* Adds the cell of a segment to a table; blanks stay in that of the last column. */
void sheet_add_cell(struct sheet *sheet, const struct column *column,
                    const struct shmbox_info *info, struct listing *listing, bool last);

/* ---- cells.c ---- */

enum { CELL_ROOM = 4 * ARGS_MAX };

/*
 * Writes a cell for people to out, which has room for CELL_ROOM bytes: "-" for no value,
 * "?" for an unknown one. With bytes set, sizes are exact; with blanks set, blanks inside
 * a text stay. Returns the length.
 */
size_t write_cell(char *out, const struct cell *cell, bool bytes, bool blanks);
/*
 * Writes a cell for programs: sizes and times are exact numbers, and key 0 means no key.
 */
void write_plain(char *out, const struct cell *cell);

#endif
