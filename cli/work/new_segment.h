/* SPDX-License-Identifier: MIT */
/*
 * new_segment.h - remove a segment on failure until its id has been printed
 *
 * Until then, a failure or a signal that ends the program removes the segment.
 */
#ifndef NEW_SEGMENT_H
#define NEW_SEGMENT_H

#include <signal.h>
#include <stddef.h>

/*
 * Blocks all signals: none may arrive between the creation of the segment and
 * new_segment_created(). *before receives the previous mask.
 */
void new_segment_begin(sigset_t *before);
/*
 * From here on, a signal that ends the program removes the segment first. id is negative
 * if there is no segment.
 */
void new_segment_created(int id, const sigset_t *before);
/*
 * The id has been printed, or the segment is removed: signals have their previous effect
 * again.
 */
void new_segment_end(const sigset_t *before);

/* Segments and a file that are to be removed unless all of the work succeeds. */
struct unfinished {
	int *ids;
	size_t count;
	const char *file; /* or NULL */
};

/*
 * From here on a signal that ends the program removes what is in the list. Signals are held back
 * by new_segment_begin() while the list changes.
 */
void unfinished_begin(const struct unfinished *list);
/* Removes it now. */
void unfinished_remove(void);
/* The work has succeeded: nothing is removed any more. */
void unfinished_end(void);

#endif
