/*
 * new_segment.h - a segment that nobody knows of yet
 *
 * Until its id is told, a segment is ours to remove: also if a signal ends the program.
 */
#ifndef NEW_SEGMENT_H
#define NEW_SEGMENT_H

#include <signal.h>

/*
 * Holds signals back, so that none comes between the segment's making and new_segment_is(); before
 * is what was held back already.
 */
void new_segment_begin(sigset_t *before);
/* From here on a signal that ends us removes it first; id < 0: there is none. */
void new_segment_is(int id, const sigset_t *before);
/* It has been told, or removed: signals end us as they always did. */
void new_segment_end(const sigset_t *before);

#endif
