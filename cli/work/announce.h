/* SPDX-License-Identifier: MIT */
/* announce.h - print the id of a new segment, or that it would fit */
#ifndef ANNOUNCE_H
#define ANNOUNCE_H

#include "work/create.h"

/* Prints the id. Reports a failure. Returns a status. */
int announce_segment(const struct creation *creation, bool as_json);
/* Prints that the segment would fit. */
void announce_fit(const struct creation *creation, bool as_json);

#endif
