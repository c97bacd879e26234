/* SPDX-License-Identifier: MIT */
/* candidates.c - find unused segments to be removed */

#include <errno.h>
#include <stdlib.h>
#include <time.h>

#include <shmbox/shmbox.h>

#include "segment/candidates.h"

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

static void *grown(void *block, int count, size_t size)
{
	return reallocarray(block, (size_t)count + 1, size);
}

/* Allocates memory for more candidates: their number is added to those that exist. */
static bool make_room(struct candidates *candidates, int more)
{
	struct shmbox_info *infos;
	struct shmbox_verdict *verdicts;
	enum outcome *outcomes;
	int count = candidates->count + more;

	infos = grown(candidates->infos, count, sizeof(*infos));
	if (infos)
		candidates->infos = infos;
	verdicts = grown(candidates->verdicts, count, sizeof(*verdicts));
	if (verdicts)
		candidates->verdicts = verdicts;
	outcomes = grown(candidates->outcomes, count, sizeof(*outcomes));
	if (outcomes)
		candidates->outcomes = outcomes;
	return infos && verdicts && outcomes;
}

/* What is printed is the verdict that was acted on, not a later one. */
static void settle(struct candidates *candidates)
{
	struct listing *listing = &candidates->listing;

	listing->fixed_infos = candidates->infos;
	listing->fixed_verdicts = candidates->verdicts;
	listing->fixed_count = candidates->count;
}

static void look(struct candidates *candidates, const struct shmbox_namespace *where)
{
	struct shmbox_info *infos = candidates->infos + candidates->first;
	int count = candidates->count - candidates->first;

	if (count == 0)
		return;
	if (where)
		listing_read_in(&candidates->listing, where, infos, count,
		                candidates->needs);
	else
		listing_read(&candidates->listing, infos, count, candidates->needs);
}

int candidates_find(struct candidates *candidates, const struct shmbox_namespace *where)
{
	struct shmbox_info *infos;
	int count = shmbox_list(&infos);

	if (count < 0)
		return count;
	candidates->listing.now = time(NULL);
	candidates->first = candidates->count;
	/* an id means another segment there */
	holder_list_end(&candidates->holders);
	candidates->holders = (struct holder_list){ 0 };
	if (!make_room(candidates, count)) {
		free(infos);
		return -ENOMEM;
	}
	for (int i = 0; i < count; i++) {
		infos[i].ns = where ? where->ns : 0;
		inspect(candidates, &infos[i]);
	}
	free(infos);
	settle(candidates);
	look(candidates, where);
	return 0;
}

void candidates_end(struct candidates *candidates)
{
	listing_end(&candidates->listing);
	holder_list_end(&candidates->holders);
	free(candidates->outcomes);
	free(candidates->verdicts);
	free(candidates->infos);
}
