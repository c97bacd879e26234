/* hold_segment.h - the segment that is held: attached for it, and named to COMMAND */
#ifndef HOLD_SEGMENT_H
#define HOLD_SEGMENT_H

#include "applet.h"

struct hold_options {
	bool read_only;
	bool lock;
	bool populate;
};

/*
 * Attaches the segment that operand 0 names. For scratch:SIZE that is a new segment, which the
 * kernel removes with its last attach. Or says why it cannot. Returns a status.
 */
int hold_segment(const struct args *args, const struct hold_options *options,
                 struct shmbox_map *map);

/* Sets SHM_ID, SHM_SIZE and SHM_KEY in the environment; or says why not. Returns a status. */
int hold_environment(const char *object, const struct shmbox_map *map);

#endif
