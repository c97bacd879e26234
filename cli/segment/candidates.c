/* candidates.c - find unused segments to be removed */

#include <stdlib.h>
#include <time.h>

#include <shmbox/shmbox.h>

#include "diag/diag.h"
#include "segment/candidates.h"

/* Overwrites the entry of a segment that was inspected already. */
static void add(struct candidates *candidates, const struct shmbox_info *info,
                enum outcome outcome)
{
	int index = candidates->count++;

	candidates->verdicts[index] = *listing_judge(&candidates->listing, info);
	candidates->outcomes[index] = outcome;
	candidates->infos[index] = *info;
}

/* True if only its idle time keeps the segment from being selected. */
static bool is_recent(struct candidates *candidates, const struct shmbox_info *info)
{
	return !candidates->filter.unattached &&
	       listing_judge(&candidates->listing, info)->reason ==
	               SHMBOX_REASON_RECENT &&
	       filter_passes(&candidates->filter, info, &candidates->listing);
}

/* Adds the segment to the candidates, or counts it among those that are kept. */
static void inspect(struct candidates *candidates, const struct shmbox_info *info)
{
	struct filter *filter = &candidates->filter;
	struct listing *listing = &candidates->listing;

	if (filter_selects(filter, info, listing)) {
		if (candidates->keep_keyed && info->key)
			candidates->keyed++;
		else
			add(candidates, info, OUTCOME_FOUND);
	} else if (filter_is_uncertain(filter, info, listing)) {
		if (listing_judge(listing, info)->idle < 0)
			candidates->misdated++;
		else
			candidates->unknown++;
		if (candidates->include_unknown)
			add(candidates, info, OUTCOME_UNKNOWN);
	} else if (candidates->count_recent) {
		candidates->recent += is_recent(candidates, info);
	}
}

int candidates_find(struct candidates *candidates)
{
	struct listing *listing = &candidates->listing;
	int count = shmbox_list(&candidates->infos);
	size_t room = (size_t)count + 1;

	if (count < 0)
		return failed(SHMBOX_LIST, count, NULL, NULL);
	listing->now = time(NULL);
	candidates->verdicts = calloc(room, sizeof(*candidates->verdicts));
	candidates->outcomes = calloc(room, sizeof(*candidates->outcomes));
	if (!candidates->verdicts || !candidates->outcomes)
		return out_of_memory();
	for (int i = 0; i < count; i++)
		inspect(candidates, &candidates->infos[i]);
	/* the output shows the verdicts that were acted on, not later ones */
	listing->fixed_infos = candidates->infos;
	listing->fixed_verdicts = candidates->verdicts;
	listing->fixed_count = candidates->count;
	return STATUS_OK;
}

void candidates_end(struct candidates *candidates)
{
	listing_end(&candidates->listing);
	holder_list_end(&candidates->holders);
	free(candidates->outcomes);
	free(candidates->verdicts);
	free(candidates->infos);
}
