/* SPDX-License-Identifier: MIT */
/* sheet.h - an aligned table of cells under headings */
#ifndef SHEET_H
#define SHEET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { MAX_COLUMNS = 48, MORE_COLUMNS = 2 }; /* shmtop has two more */

/* The colour of a cell on a terminal, as the last digit of its SGR sequence. */
enum colour { PLAIN = 0, RED = 1, GREEN = 2, YELLOW = 3 };

/*
 * Set columns and numbers, zero-initialise the rest; then add cells row by row, and
 * print.
 */
struct sheet {
	int columns;
	uint64_t numbers; /* a bit for each column that is aligned to the right */
	/* private to sheet.c */
	char *text; /* all cells: colour, length, width, text */
	size_t used;
	size_t room;
	int next;
	bool incomplete;
	int width[MAX_COLUMNS + MORE_COLUMNS];
};

/* Add the next cell, of less than ESCAPED_MAX bytes. */
void sheet_put(struct sheet *sheet, const char *cell, size_t length, enum colour colour);
void sheet_add(struct sheet *sheet, const char *cell, enum colour colour);

/* Prints and frees the sheet. Returns false, and prints nothing, if memory ran out. */
bool sheet_print(struct sheet *sheet);

#endif
