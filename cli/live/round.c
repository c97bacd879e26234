/* SPDX-License-Identifier: MIT */
/* round.c - one round of a live view: the segments, and facts about all of them */

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "diag/diag.h"
#include "list/columns.h"
#include "live/round.h"

/*
 * Starts a process in our namespace, which keeps the namespace in existence while we are in
 * another one. The process exits when we close our end of a pipe.
 */
static int start_keeper(struct round *round)
{
	int ends[2];
	pid_t pid;
	char byte;

	if (pipe2(ends, O_CLOEXEC) < 0)
		return fail(STATUS_LIMIT, "--all-ns", "cannot open a pipe");
	pid = fork();
	if (pid == 0) {
		close(ends[1]);
		while (read(ends[0], &byte, 1) < 0 && errno == EINTR) {
		}
		_exit(0);
	}
	close(ends[0]);
	if (pid < 0) {
		close(ends[1]);
		return fail(STATUS_LIMIT, "--all-ns", "cannot start a process");
	}
	round->keeper = pid;
	round->keeper_end = ends[1];
	return STATUS_OK;
}

void round_return(const struct round *round)
{
	if (round->keeper)
		shmbox_visit(round->keeper);
}

int round_visit(const struct round *round, const struct shmbox_info *info)
{
	if (!round->everywhere)
		return 0;
	return shmbox_visit(listing_namespace(&round->selection.listing, info)->pid);
}

/* An attached segment is no orphan. */
static void count(struct round *round, const struct shmbox_info *info)
{
	struct listing *listing = &round->selection.listing;
	enum shmbox_orphan orphan = SHMBOX_ORPHAN_NO;

	round->marked += info->removed;
	if (!info->attached)
		orphan = listing_judge(listing, info)->orphan;
	round->unknown += orphan == SHMBOX_ORPHAN_UNKNOWN;
	if (orphan == SHMBOX_ORPHAN_YES) {
		round->orphans++;
		round->orphan_bytes += info->size;
	}
}

static int add(void *data, const struct shmbox_info *infos, int length)
{
	struct round *round = data;

	round->namespaces++;
	round->total += length;
	for (int i = 0; round->with_head && i < length; i++)
		count(round, &infos[i]);
	return changes_add(&round->changes, infos, length);
}

/* Appends the segments that were removed since the round before. */
static int add_gone(struct round *round)
{
	struct selection *selection = &round->selection;
	const struct changes *changes = &round->changes;
	size_t most = (size_t)(selection->count + changes->before_count) + 1;
	struct shmbox_info *all;
	int count = selection->count;

	all = realloc(selection->infos, most * sizeof(*all));
	if (!all)
		return out_of_memory();
	selection->infos = all;
	for (int i = 0; i < changes->before_count; i++) {
		const struct known *known = &changes->before[i];
		const struct shmbox_info *before;

		if (known->selected &&
		    changes_of(changes, &known->info, &before) == IS_REMOVED)
			all[count++] = known->info;
	}
	selection->count = count;
	return STATUS_OK;
}

static unsigned needs(const struct round *round)
{
	struct columns order = columns_named(round->order + (*round->order == '-'));

	return columns_needs(&round->columns) | columns_needs(&order) |
	       (round->measured ? NEEDS_MEMORY : 0);
}

static void reset(struct round *round)
{
	selection_end(&round->selection);
	round->selection = (struct selection){
		.filter = round->filter,
		.needs = needs(round),
		.quiet = round->number > 0,
		.each = add,
		.each_data = round,
		.listing = { .idle = round->idle, .now = time(NULL) },
	};
	round->namespaces = round->total = round->marked = 0;
	round->orphans = round->unknown = 0;
	round->orphan_bytes = 0;
}

static int select_segments(struct round *round)
{
	struct selection *selection = &round->selection;
	int status = STATUS_OK;

	if (!round->everywhere) {
		/* a process that has exited has nothing attached */
		if (selection->filter.holder)
			filter_read_holder(&selection->filter);
		return select_here(selection, round->args);
	}
	if (!round->keeper)
		status = start_keeper(round);
	if (status == STATUS_OK)
		status = select_everywhere(selection);
	round_return(round);
	return status;
}

int round_sort(struct round *round)
{
	struct selection *selection = &round->selection;

	return *round->order ? sort_by_column(selection->infos, selection->count,
	                                      round->order, &selection->listing)
	                     : STATUS_OK;
}

int round_take(struct round *round)
{
	struct selection *selection = &round->selection;
	int status;

	reset(round);
	changes_begin(&round->changes);
	round->has_limits = round->with_head && shmbox_get_limits(&round->limits) == 0;
	if (!round->has_limits)
		memset(&round->limits, 0, sizeof(round->limits));
	status = select_segments(round);
	if (status != STATUS_OK)
		return status;
	changes_select(&round->changes, selection->infos, selection->count);
	round->number++;
	/* a segment that was created meanwhile must not be younger than now */
	selection->listing.now = time(NULL);
	if (round->with_gone)
		status = add_gone(round);
	return status == STATUS_OK ? round_sort(round) : status;
}

void round_end(struct round *round)
{
	if (round->keeper) {
		close(round->keeper_end);
		kill(round->keeper, SIGKILL);
		waitpid(round->keeper, NULL, 0);
	}
	changes_end(&round->changes);
	selection_end(&round->selection);
}
