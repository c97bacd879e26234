/* SPDX-License-Identifier: MIT */
/* events.c - what has changed since the last round, as one JSON object a line */

#include <stdio.h>
#include <string.h>
#include <time.h>

#include <shmbox/shmbox.h>

#include "list/columns.h"
#include "live/events.h"
#include "text/json.h"

struct event_kind {
	char name[9];
	char columns[8]; /* whose values before are printed; "": none */
};

/* In the order of the bits of changes.h. */
static const struct event_kind table[EVENTS] = {
	{ "removed", "" },  { "created", "" },        { "owner", "uid,gid" },
	{ "mode", "mode" }, { "attached", "nattch" }, { "detached", "nattch" },
	{ "grew", "rss" },  { "shrank", "rss" },      { "marked", "key" },
};

/* Seconds since the Epoch, with milliseconds. */
static void print_time(struct json *json)
{
	struct timespec now;
	char text[32];

	clock_gettime(CLOCK_REALTIME, &now);
	snprintf(text, sizeof(text), "%lld.%03ld", (long long)now.tv_sec,
	         now.tv_nsec / 1000000);
	json_plain(json, "time", text);
}

static void print_event(struct round *round, const struct event_kind *event,
                        const struct shmbox_info *info, const struct shmbox_info *before)
{
	struct listing *listing = &round->selection.listing;
	struct json json = { 0 };

	json_begin(&json);
	print_time(&json);
	json_text(&json, "event", event->name);
	if (*event->columns) {
		const struct columns columns = columns_named(event->columns);

		json_open(&json, "before", '{');
		json_row(&json, &columns, before, listing);
		json_close(&json, '}');
	}
	json_open(&json, "segment", '{');
	json_row(&json, &round->columns, info, listing);
	json_close(&json, '}');
	json_end(&json);
}

static void print_events(struct round *round, const struct shmbox_info *info)
{
	const struct shmbox_info *before;
	int events = changes_of(&round->changes, info, &before);

	for (int i = 0; i < EVENTS; i++) {
		if (events & 1 << i)
			print_event(round, &table[i], info, before);
	}
}

/* If an id is used again, one segment was removed, and another one was created. */
void events_print(struct round *round)
{
	const struct changes *changes = &round->changes;
	const struct shmbox_info *before;

	for (int i = 0; i < changes->before_count; i++) {
		const struct known *known = &changes->before[i];

		if (known->selected &&
		    changes_of(changes, &known->info, &before) == IS_REMOVED)
			print_events(round, &known->info);
	}
	for (int i = 0; i < changes->now_count; i++) {
		if (changes->now[i].selected)
			print_events(round, &changes->now[i].info);
	}
}
