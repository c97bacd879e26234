/* SPDX-License-Identifier: MIT */
/* events.h - what has changed since the last round, as one JSON object a line */
#ifndef EVENTS_H
#define EVENTS_H

#include "live/round.h"

/* Prints the events of this round. */
void events_print(struct round *round);

#endif
