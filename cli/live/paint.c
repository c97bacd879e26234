/* SPDX-License-Identifier: MIT */
/* paint.c - draw a live view */

#include <stdio.h>

#include "diag/diag.h"
#include "list/columns.h"
#include "live/state.h"
#include "live/view.h"
#include "text/io.h"

/* Narrower terminals show fewer columns. */
enum { WIDE = 100 };

static const char help[] =
	"Keys of the list of segments:\n"
	"  q            quit\n"
	"  blank        look again now\n"
	"  < >          sort by the column to the left, to the right\n"
	"  r            reverse the order\n"
	"  up, down, Page Up, Page Down, Home, End\n"
	"               choose a row\n"
	"  left, right  show other columns\n"
	"  o            show only orphans, or all segments\n"
	"  Enter        show everything about the chosen segment\n"
	"  ?            show this page\n"
	"\n"
	"q, Escape and Enter return to the list.\n"
	"\n"
	"CHANGE is what was seen since the last look: new, gone, marked for\n"
	"removal, +2 attaches, owner, mode. RSS/S is how much memory the\n"
	"segment gains or loses in a second.\n";

static void choose_columns(struct screen *screen)
{
	static const char narrow[] = "id,owner,size,rss,nattch,status,age,command";

	if (!screen->columns_chosen)
		screen->round->columns = columns_named(
			screen->terminal.columns < WIDE ? narrow : LIVE_COLUMNS);
}

void screen_choose(struct screen *screen, int row)
{
	const struct selection *selection = &screen->round->selection;

	screen->chosen = clamp(row, 0, selection->count - 1);
	if (selection->count)
		screen->segment = selection->infos[screen->chosen];
}

static int draw_list(struct screen *screen)
{
	struct round *round = screen->round;
	int count = round->selection.count;
	int rows = screen->terminal.rows;
	int head = rows < 3 ? 1 : rows / 3;
	int page;

	if (head > view_head_lines(round))
		head = view_head_lines(round);
	page = clamp(rows - head - 1, 0, rows);
	screen->page = page;
	screen_choose(screen, screen->chosen);
	screen->first = clamp(screen->first, screen->chosen - page + 1, screen->chosen);
	screen->first = clamp(screen->first, 0, clamp(count - page, 0, count));
	screen->frame.head = head + 1;
	screen->frame.skip = 0;
	screen->frame.left = screen->left;
	screen->frame.chosen = screen->chosen - screen->first;
	view_head(round, head);
	return view_table(round, screen->first, clamp(count - screen->first, 0, page));
}

static int draw_text(struct screen *screen)
{
	int status = STATUS_OK;

	if (screen->mode == HELP)
		fputs(help, output);
	else
		status = view_segment(screen->round, &screen->segment);
	return status;
}

int screen_draw(struct screen *screen)
{
	struct frame *frame = &screen->frame;
	int status = frame_begin(frame);

	if (status != STATUS_OK)
		return status;
	/* what the terminal shows scrolls up, and is not lost */
	for (int i = 1; screen->is_fresh && i < screen->terminal.rows; i++)
		terminal_write(&screen->terminal, "\r\n", 2);
	screen->is_fresh = false;
	choose_columns(screen);
	status = screen->mode == LIST ? draw_list(screen) : draw_text(screen);
	frame_end(frame);
	if (screen->mode != LIST) {
		int most = frame_lines(frame) - screen->terminal.rows;

		screen->page = screen->terminal.rows - 1;
		screen->skip = clamp(screen->skip, 0, clamp(most, 0, most));
		frame->head = 0;
		frame->skip = screen->skip;
		frame->left = 0;
		frame->chosen = -1;
	}
	return status == STATUS_OK ? frame_draw(frame, &screen->terminal) : status;
}
