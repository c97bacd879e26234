/* SPDX-License-Identifier: MIT */
/* candidates_report.c - how many unused segments were removed, and how many were kept */

#include <stdio.h>
#include <string.h>

#include <shmbox/shmbox.h>

#include "diag/diag.h"
#include "segment/candidates.h"
#include "segment/choose.h"
#include "text/text.h"

void candidates_note_kept(const struct candidates *candidates, bool verbose)
{
	const char *unknown = "of unknown state (see --verbose, --unknown)";

	/* with --unknown every other segment of unknown state is a candidate */
	if (candidates->filter.unknown)
		unknown =
			"whose creator is alive in another PID namespace (see --verbose)";
	note_segments("kept", candidates->keyed, "with a key (see --keyed)");
	note_segments("kept", candidates->misdated,
	              "with a time before the boot or in the future (see --unknown)");
	if (!verbose)
		note_segments("kept", candidates->unknown, unknown);
	note_segments("skipped", candidates->recent,
	              "idle for less than 1 minute (see --idle)");
}

static int count_outcome(const struct candidates *candidates, enum outcome outcome)
{
	int count = 0;

	for (int i = 0; i < candidates->count; i++)
		count += candidates->outcomes[i] == outcome;
	return count;
}

static uint64_t sum_removed(const struct candidates *candidates)
{
	uint64_t bytes = 0;

	for (int i = 0; i < candidates->count; i++) {
		if (candidates->outcomes[i] == OUTCOME_REMOVED)
			bytes += candidates->infos[i].size;
	}
	return bytes;
}

/* Appends "; marked 2 for removal". */
static void add(char *out, const char *done, int count, const char *more)
{
	size_t used = strlen(out);

	if (count)
		snprintf(out + used, TEXT_MAX - used, "; %s %d%s", done, count, more);
}

void candidates_note_removed(const struct candidates *candidates)
{
	int removed = count_outcome(candidates, OUTCOME_REMOVED);
	int marked = count_outcome(candidates, OUTCOME_MARKED);
	int kept = count_outcome(candidates, OUTCOME_KEPT);
	char others[TEXT_MAX] = "";
	char size[TEXT_MAX];

	if (!removed && !marked)
		return;
	kept += candidates->keyed + candidates->misdated + candidates->unknown;
	add(others, "marked", marked, " for removal");
	add(others, "kept", kept, "");
	text_size(size, sum_removed(candidates));
	note(NULL, "removed %d segment%s%s%s%s", removed, removed == 1 ? "" : "s",
	     removed ? ", " : "", removed ? size : "", others);
}
