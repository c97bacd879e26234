/*
 * new_segment.h - a segment whose id has not been printed yet
 *
 * Until then it is removed when the program fails, and when a signal ends the program.
 */
#ifndef NEW_SEGMENT_H
#define NEW_SEGMENT_H

#include <signal.h>

/*
 * Blocks all signals, so that none arrives between the creation of the segment and
 * new_segment_is(); before becomes the mask that was in force.
 */
void new_segment_begin(sigset_t *before);
/* From here on a signal that ends the program removes the segment first; id < 0: no segment. */
void new_segment_is(int id, const sigset_t *before);
/* The id is printed, or the segment is removed: signals have their usual effect again. */
void new_segment_end(const sigset_t *before);

#endif
