/* SPDX-License-Identifier: MIT */
/* choose.h - choose segments by the options of an applet */
#ifndef CHOOSE_H
#define CHOOSE_H

#include "applet.h"
#include "list/filter.h"

/*
 * Fills in the filter from the options with these names, as far as the applet has them: orphan,
 * unattached, removed, unknown, owner, key, creator, min-size. Returns a status.
 */
int choose_by_options(const struct args *args, struct filter *filter);

/*
 * The same, and the options idle and held-by, for an applet that lists segments; the caller
 * frees filter->held. Returns a status.
 */
int choose_listed(const struct args *args, struct filter *filter);

/*
 * Returns the idle time of this option in seconds, by default ORPHAN_IDLE, for struct
 * listing.
 */
int64_t choose_idle(const struct args *args, int index);

/*
 * Prints the note "kept 3 segments with a key", where done is "kept"; prints nothing if
 * count is 0.
 */
void note_segments(const char *done, int count, const char *description);

/*
 * Notes the segments that a filter has skipped because too little is known of them, or because
 * they were used too recently and no idle time was given.
 */
void note_skipped(bool idle_given, const struct listing *listing);

#endif
