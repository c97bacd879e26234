/* SPDX-License-Identifier: MIT */
/* mistyped.c - the word that a mistyped word was probably meant to be */

#include <ctype.h>
#include <limits.h>
#include <string.h>

#include "text/mistyped.h"

enum { LONGEST = 24, ROWS = 3 };

static unsigned least(unsigned a, unsigned b)
{
	return a < b ? a : b;
}

static bool same(char a, char b)
{
	return tolower((unsigned char)a) == tolower((unsigned char)b);
}

/*
 * Returns the optimal string alignment distance: the number of letters that are left out, added,
 * replaced or swapped with the next one. Row i of its matrix is computed into rows[i % ROWS].
 */
static unsigned differences(const char *typed, size_t length, const char *word,
                            size_t columns)
{
	unsigned rows[ROWS][LONGEST + 1];

	for (unsigned j = 0; j <= columns; j++)
		rows[0][j] = j;
	for (unsigned i = 1; i <= length; i++) {
		unsigned *row = rows[i % ROWS];
		const unsigned *above = rows[(i - 1) % ROWS];
		char letter = typed[i - 1];

		row[0] = i;
		for (unsigned j = 1; j <= columns; j++) {
			row[j] = least(above[j - 1] + !same(letter, word[j - 1]),
			               least(above[j], row[j - 1]) + 1);
			if (i > 1 && j > 1 && same(letter, word[j - 2]) &&
			    same(typed[i - 2], word[j - 1]))
				row[j] = least(row[j], rows[(i - 2) % ROWS][j - 2] + 1);
		}
	}
	return rows[length % ROWS][columns];
}

bool may_be_meant(const char *typed, const char *word, unsigned *fewest)
{
	size_t length = strlen(typed);
	size_t columns = strlen(word);
	unsigned count = 0; /* an abbreviation has no wrong letter */

	if (length > LONGEST || columns > LONGEST)
		return false;
	if (length < 2 || strncmp(typed, word, length) != 0) {
		count = differences(typed, length, word, columns);
		if (count > length / 3)
			return false;
	}
	if (count >= *fewest)
		return false;
	*fewest = count;
	return true;
}
