/* SPDX-License-Identifier: MIT */
/* screen.c - the rounds of a live view on a terminal, with keys */

#include <time.h>

#include "diag/status.h"
#include "live/screen.h"
#include "live/state.h"

/* Nanoseconds: how long a terminal has to report its size, and the rest of a sequence. */
enum { REPORT = 1000000000, REST = 200000000 };

static int64_t now(void)
{
	const int64_t billion = 1000000000;
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec * billion + time.tv_nsec;
}

static int read_keys(struct screen *screen)
{
	char bytes[64];
	int length = terminal_read(&screen->terminal, bytes, sizeof(bytes));
	int status = STATUS_OK;

	for (int i = 0; i < length && status == STATUS_OK && !screen->ended; i++) {
		int key = keys_take(&screen->keys, bytes[i]);

		if (key != KEY_NONE)
			status = screen_press(screen, key);
	}
	return status;
}

/* ---- the rounds ---- */

static int look(struct screen *screen)
{
	int status = STATUS_OK;

	screen->due = false;
	screen->ended |= !terminal_keep(&screen->terminal);
	if (!screen->ended)
		status = round_take(screen->round);
	if (status == STATUS_OK)
		screen_find(screen);
	return status;
}

/* Waits for the next round, and does what happens meanwhile. */
static int wait_until(struct screen *screen, int64_t next)
{
	int64_t left = next - now();
	bool pending = keys_are_pending(&screen->keys);
	int woken = terminal_wait(&screen->terminal, pending && left > REST ? REST
	                                             : left < 0             ? 0
	                                                                    : left);

	screen->ended |= woken & WOKEN_END;
	if (screen->ended)
		return STATUS_OK;
	if (woken & WOKEN_STOP)
		terminal_stop(&screen->terminal);
	else if (woken & WOKEN_RESIZED)
		terminal_resume(&screen->terminal);
	screen->is_fresh |= woken & WOKEN_STOP;
	if (woken & WOKEN_KEYS)
		return read_keys(screen);
	return pending ? screen_press(screen, keys_pause(&screen->keys)) : STATUS_OK;
}

/* The first frame has to fit too. */
static int learn_size(struct screen *screen)
{
	int64_t end = now() + REPORT;
	int status = STATUS_OK;

	if (!terminal_request(&screen->terminal))
		return STATUS_OK;
	while (status == STATUS_OK && !screen->ended && !screen->keys.place[0] &&
	       now() < end)
		status = wait_until(screen, end);
	return status;
}

static int run(struct screen *screen, struct pace pace)
{
	int status = learn_size(screen);
	int64_t next = now() + (int64_t)pace.delay;

	while (status == STATUS_OK && !screen->ended) {
		status = screen_draw(screen);
		if (status != STATUS_OK ||
		    (pace.rounds && (uint64_t)screen->round->number >= pace.rounds))
			break;
		status = wait_until(screen, next);
		if (status != STATUS_OK || screen->ended ||
		    (!screen->due && now() < next))
			continue;
		status = look(screen);
		next = now() + (int64_t)pace.delay;
	}
	return status;
}

int screen_run(struct round *round, struct pace pace, bool chosen)
{
	struct screen screen = { .round = round,
		                 .columns_chosen = chosen,
		                 .is_fresh = true };
	int status = round_take(round);

	if (status == STATUS_OK) {
		terminal_begin(&screen.terminal);
		status = run(&screen, pace);
		terminal_end(&screen.terminal);
	}
	frame_free(&screen.frame);
	return status;
}
