/* sheet.h - cells under headings, aligned: what every table is printed by */
#ifndef SHEET_H
#define SHEET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { MAX_COLUMNS = 48 };

/* What a cell wants to say beside its words, on a terminal: the number of a colour, or none. */
enum colour { PLAIN = 0, RED = 1, YELLOW = 3 };

/* Set the first part, leave the rest zero; then cells row by row, and sheet_print(). */
struct sheet {
	int columns;
	uint64_t numbers; /* a bit for each column that is aligned to the right */
	/* sheet.c's own */
	char *text; /* all cells: colour, length, width, words */
	size_t used;
	size_t room;
	int next;
	bool incomplete;
	int width[MAX_COLUMNS];
};

/* The next cell, of less than ESCAPED_MAX bytes. */
void sheet_put(struct sheet *sheet, const char *cell, size_t length, enum colour colour);
void sheet_add(struct sheet *sheet, const char *cell, enum colour colour);

/* Prints and frees it; prints nothing and returns false if there was no memory for it. */
bool sheet_print(struct sheet *sheet);

#endif
