/*
 * unborn.h - a segment that nobody knows of yet
 *
 * Until its id is told, a segment is ours to remove: also if a signal ends the program.
 */
#ifndef UNBORN_H
#define UNBORN_H

#include "applet.h"

/* Holds signals back, so that none comes between the segment's making and unborn_is(). */
void unborn_begin(void);
/* From here on a signal that ends us removes it first; id < 0: there is none. */
void unborn_is(int id);
/* It has been told, or removed: signals mean what they always did. */
void unborn_end(void);

#endif
