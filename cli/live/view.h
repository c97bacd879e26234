/* SPDX-License-Identifier: MIT */
/* view.h - the head and the table of a live view, printed to output */
#ifndef VIEW_H
#define VIEW_H

#include "live/round.h"

/* Returns the number of lines that view_head() prints. */
int view_head_lines(const struct round *round);

/* Prints the first lines of the head: all of them, or at most this many. */
void view_head(const struct round *round, int most);

/*
 * Prints the headings, and the rows of count segments from the one at index first on.
 * Returns a status.
 */
int view_table(struct round *round, int first, int count);

/* Prints everything about a segment, as shmstat(1) and shmwho(1) do. Returns a status. */
int view_segment(const struct round *round, const struct shmbox_info *info);

#endif
