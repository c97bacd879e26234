/* SPDX-License-Identifier: MIT */
/* held.h - describe the processes that have a segment attached */
#ifndef HELD_H
#define HELD_H

#include <shmbox/shmbox.h>

/*
 * The holders of all segments, from a scan that is reused for several segments.
 * Zero-initialise.
 */
struct holder_list {
	struct shmbox_holder *holders;
	int count;
	bool scanned;
	int64_t scanned_at; /* time of the scan, in seconds of CLOCK_MONOTONIC */
};

void holder_list_end(struct holder_list *list);

enum { HELD_MAX = 320 };

/*
 * Writes "attached by 812 postgres, 815 postgres, ..", or "attached 5 times (812
 * postgres, ..)" if some attaches are not visible. Our process is left out:
 * info->attached must not count it. Returns out.
 */
char *text_held(char out[HELD_MAX], const struct shmbox_info *info,
                struct holder_list *list);

/*
 * Reports that the segment is still attached, how many times, and by which processes.
 * Returns STATUS_REFUSED.
 */
int refuse_held(const char *object, const struct shmbox_info *info,
                struct holder_list *list);

/*
 * Reports that the segment is only marked for removal, and which processes still have it
 * attached.
 */
void note_marked(const char *object, int id, int attached, struct holder_list *list);

#endif
