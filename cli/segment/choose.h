/* choose.h - which segments the options of an applet choose */
#ifndef CHOOSE_H
#define CHOOSE_H

#include "applet.h"
#include "list/filter.h"

/*
 * Fills in the filter from the options with these names, as far as the applet has them: orphan,
 * unattached, removed, unknown, owner, key, min-size. Returns a status.
 */
int choose_by_options(const struct args *args, struct filter *filter);

/* The seconds of this option, without which ORPHAN_IDLE applies: struct listing needs them. */
int64_t choose_idle(const struct args *args, int index);

/* Notes "kept 3 segments with a key", where done is "kept"; nothing if count is 0. */
void note_segments(const char *done, int count, const char *description);

#endif
