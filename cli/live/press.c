/* SPDX-License-Identifier: MIT */
/* press.c - what the keys of a live view do */

#include <stdio.h>
#include <string.h>

#include "diag/status.h"
#include "list/column.h"
#include "live/state.h"

/* Columns of the terminal by which the table moves. */
enum { STEP = 8 };

static int rows_of(int key, int page)
{
	switch (key) {
	case KEY_UP:
		return -1;
	case KEY_DOWN:
		return 1;
	case KEY_PAGE_UP:
		return -page;
	case KEY_PAGE_DOWN:
		return page;
	case KEY_HOME:
		return -1000000;
	case KEY_END:
		return 1000000;
	default:
		return 0;
	}
}

/* The columns that are shown; without an order, the first is the next. */
static void sort_beside(struct round *round, int step)
{
	const struct columns *columns = &round->columns;
	bool descending = *round->order == '-' || !*round->order;
	const struct column *column = column_named(round->order + (*round->order == '-'));
	int nth = step > 0 ? -1 : columns->count;

	for (int i = 0; i < columns->count; i++) {
		if (columns->rows[i] == column)
			nth = i;
	}
	nth = (nth + step + columns->count) % columns->count;
	snprintf(round->order, sizeof(round->order), "%s%s", descending ? "-" : "",
	         columns->rows[nth]->name);
}

static void reverse(struct round *round)
{
	char *order = round->order;

	if (!*order)
		sort_beside(round, 1);
	if (*order == '-') {
		memmove(order, order + 1, sizeof(round->order) - 1);
	} else {
		memmove(order + 1, order, sizeof(round->order) - 2);
		*order = '-';
	}
}

/* The segment with the mark keeps it, whatever its row is now. */
void screen_find(struct screen *screen)
{
	const struct selection *selection = &screen->round->selection;

	for (int i = 0; i < selection->count; i++) {
		if (selection->infos[i].id == screen->segment.id &&
		    selection->infos[i].ns == screen->segment.ns)
			screen->chosen = i;
	}
}

static int press_in_list(struct screen *screen, int key)
{
	struct round *round = screen->round;
	int status = STATUS_OK;

	switch (key) {
	case 'q':
		screen->ended = true;
		break;
	case ' ':
		screen->due = true;
		break;
	case '<':
	case '>':
		sort_beside(round, key == '<' ? -1 : 1);
		status = round_sort(round);
		break;
	case 'r':
		reverse(round);
		status = round_sort(round);
		break;
	case KEY_LEFT:
		screen->left = clamp(screen->left - STEP, 0, screen->left);
		break;
	case KEY_RIGHT:
		screen->left = clamp(screen->left + STEP, 0, MAX_COLUMNS * STEP);
		break;
	case 'o':
		round->filter.orphan = !round->filter.orphan;
		screen->due = true;
		break;
	case '\r':
	case '\n':
		screen->mode = round->selection.count ? SEGMENT : LIST;
		break;
	case '?':
	case 'h':
		screen->mode = HELP;
		break;
	default:
		screen_choose(screen, screen->chosen + rows_of(key, screen->page));
		return STATUS_OK;
	}
	screen->skip = 0;
	screen_find(screen);
	return status;
}

int screen_press(struct screen *screen, int key)
{
	if (key == KEY_PLACE)
		terminal_reported(&screen->terminal, screen->keys.place[0],
		                  screen->keys.place[1]);
	else if (screen->mode == LIST)
		return press_in_list(screen, key);
	else if (key == 'q' || key == KEY_ESCAPE || key == '\r' || key == '\n')
		screen->mode = LIST;
	else
		screen->skip =
			clamp(screen->skip + rows_of(key, screen->page), 0, 1000000);
	return STATUS_OK;
}
