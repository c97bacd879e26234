/* SPDX-License-Identifier: MIT */
/* state.h - what a live view on a terminal shows, for the files that draw it and that act on keys */
#ifndef STATE_H
#define STATE_H

#include "live/frame.h"
#include "live/keys.h"
#include "live/round.h"
#include "live/terminal.h"

enum mode { LIST, SEGMENT, HELP };

struct screen {
	struct round *round;
	bool columns_chosen;
	struct terminal terminal;
	struct frame frame;
	struct keys keys;
	enum mode mode;
	int first;                  /* the row at the top .. */
	int chosen;                 /* .. and the one with a mark */
	int page;                   /* rows on the terminal */
	int left;                   /* columns that are left out */
	int skip;                   /* lines of SEGMENT and HELP that are left out */
	struct shmbox_info segment; /* of the row with the mark */
	bool ended;
	bool due;      /* a round is to be taken now */
	bool is_fresh; /* the terminal does not show our last frame */
};

/* The number, or the nearest of the two limits; the least if they are crossed. */
static inline int clamp(int number, int least, int most)
{
	if (number > most)
		number = most;
	return number < least ? least : number;
}

/* ---- paint.c ---- */

/* Puts the mark on this row, or on the nearest. */
void screen_choose(struct screen *screen, int row);
/* Draws the view. Returns a status. */
int screen_draw(struct screen *screen);

/* ---- press.c ---- */

/* Puts the mark on the row of the segment that had it before. */
void screen_find(struct screen *screen);
/* Acts on a key. Returns a status. */
int screen_press(struct screen *screen, int key);

#endif
