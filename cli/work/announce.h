/* announce.h - print the id of a segment that was created, or that it would fit */
#ifndef ANNOUNCE_H
#define ANNOUNCE_H

#include "work/create.h"

/* Says what fails, and returns a status. */
int announce_segment(const struct creation *creation, bool as_json);
void announce_fit(const struct creation *creation, bool as_json);

#endif
