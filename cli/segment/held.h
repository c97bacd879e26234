/* held.h - the processes that have a segment attached, in words */
#ifndef HELD_H
#define HELD_H

#include <shmbox/shmbox.h>

/* The holders of all segments, from a look that serves for several. Zero-initialise. */
struct holder_list {
	struct shmbox_holder *holders;
	int count;
	bool looked;
	int64_t at; /* seconds of CLOCK_MONOTONIC */
};

void holder_list_end(struct holder_list *list);

enum { HELD_MAX = 320 };

/*
 * "attached by 812 postgres, 815 postgres, .."; where not every attach is visible "attached
 * 5 times (812 postgres, ..)". We are not among them: info->attached must not count us.
 */
char *text_held(char out[HELD_MAX], const struct shmbox_info *info,
                struct holder_list *list);

/* Says that it is still attached, how many times and by whom; returns STATUS_REFUSED. */
int refuse_held(const char *object, const struct shmbox_info *info,
                struct holder_list *list);

/* Says that removal only marked the segment, and who holds it still. */
void note_marked(const char *object, int id, int attached, struct holder_list *list);

#endif
