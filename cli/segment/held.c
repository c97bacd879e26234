/* SPDX-License-Identifier: MIT */
/* held.c - describe the processes that have a segment attached */

#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include <shmbox/shmbox.h>

#include "diag/diag.h"
#include "segment/held.h"
#include "text/text.h"

enum { MOST_NAMED = 3, NAMES_MAX = 96 };

/*
 * Seconds for which a scan is reused: refusing thousands of segments takes a few scans.
 */
enum { FRESH = 1 };

static void scan(struct holder_list *list)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	if (list->scanned && now.tv_sec - list->scanned_at <= FRESH)
		return;
	holder_list_end(list);
	*list = (struct holder_list){ .scanned = true, .scanned_at = now.tv_sec };
	list->count = shmbox_holders(SHMBOX_ALL, &list->holders);
}

void holder_list_end(struct holder_list *list)
{
	free(list->holders);
	list->holders = NULL;
}

/*
 * Writes "812 postgres, 815 postgres, ..", the visible processes that have the segment
 * attached, without our own. Returns the number of their attaches.
 */
static int name_holders(char out[NAMES_MAX], int id, struct holder_list *list)
{
	const struct shmbox_holder *holders;
	int first;
	int count;
	int named = 0;
	int seen = 0;
	int used = 0;

	scan(list);
	count = shmbox_held_at(list->holders, list->count > 0 ? list->count : 0, id,
	                       &first);
	holders = list->holders + first;
	*out = '\0';
	for (int i = 0; i < count; i++) {
		char name[16] = "";
		char escaped[ESCAPED_MAX];

		if (holders[i].pid == getpid())
			continue;
		seen++;
		if (named > MOST_NAMED || (i > 0 && holders[i].pid == holders[i - 1].pid))
			continue;
		if (named++ == MOST_NAMED) {
			snprintf(out + used, NAMES_MAX - (size_t)used, ", ..");
			continue;
		}
		shmbox_process_name(holders[i].pid, name);
		used += snprintf(out + used, NAMES_MAX - (size_t)used, "%s%d %s",
		                 named > 1 ? ", " : "", (int)holders[i].pid,
		                 *name ? text_escaped(escaped, name, true) : "?");
	}
	return seen;
}

static char *describe(char out[HELD_MAX], const struct shmbox_info *info,
                      struct holder_list *list, bool by_name)
{
	char names[NAMES_MAX];
	uint64_t seen = (uint64_t)name_holders(names, info->id, list);

	if (by_name && seen > 0 && seen >= info->attached)
		snprintf(out, HELD_MAX, "attached by %s", names);
	else
		snprintf(out, HELD_MAX, "attached %llu %s%s%s%s",
		         (unsigned long long)info->attached,
		         info->attached == 1 ? "time" : "times", seen ? " (" : "", names,
		         seen ? ")" : "");
	return out;
}

char *text_held(char out[HELD_MAX], const struct shmbox_info *info,
                struct holder_list *list)
{
	return describe(out, info, list, true);
}

int refuse_held(const char *object, const struct shmbox_info *info,
                struct holder_list *list)
{
	char held[HELD_MAX];

	return fail(STATUS_REFUSED, object, "still %s",
	            describe(held, info, list, false));
}

void note_marked(const char *object, int id, int attached, struct holder_list *list)
{
	const struct shmbox_info info = { .id = id, .attached = (uint64_t)attached };
	char held[HELD_MAX];

	note(object, "marked for removal: still %s", text_held(held, &info, list));
}
