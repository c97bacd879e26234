/* SPDX-License-Identifier: MIT */
/* hold_segment.h - attach the segment to hold, and name it to COMMAND */
#ifndef HOLD_SEGMENT_H
#define HOLD_SEGMENT_H

#include "applet.h"

/* Options of shmattach. */
struct hold_options {
	bool read_only;
	bool lock;
	bool populate;
};

/*
 * Attaches the segment that operand 0 names. scratch:SIZE creates a segment that the
 * kernel removes with its last attach. Reports a failure. Returns a status.
 */
int hold_segment(const struct args *args, const struct hold_options *options,
                 struct shmbox_map *map);

/*
 * Sets SHM_ID, SHM_SIZE and SHM_KEY in the environment. Reports a failure. Returns a
 * status.
 */
int hold_environment(const char *object, const struct shmbox_map *map);

#endif
