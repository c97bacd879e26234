/* SPDX-License-Identifier: MIT */
/* shmtop - watch segments live */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "applet.h"
#include "diag/diag.h"
#include "list/columns.h"
#include "live/events.h"
#include "live/screen.h"
#include "live/terminal.h"
#include "live/view.h"
#include "segment/choose.h"
#include "text/io.h"

enum {
	OPT_DELAY,
	OPT_ROUNDS,
	OPT_BATCH,
	OPT_JSON,
	OPT_OUTPUT,
	OPT_SORT,
	OPT_ALL_NS,
	OPT_ORPHAN,
	OPT_UNATTACHED,
	OPT_REMOVED,
	OPT_OWNER,
	OPT_KEY,
	OPT_CREATOR,
	OPT_MIN_SIZE,
	OPT_IDLE,
	OPT_HELD_BY,
};

static const struct opt options[] = {
	[OPT_DELAY] = { 'd', "delay", KIND_DURATION,
	                "look again after this time; 2 seconds by default" },
	[OPT_ROUNDS] = { 'n', "rounds", KIND_NUMBER, "look this many times, then exit" },
	[OPT_BATCH] = { 'b', "batch", KIND_SWITCH,
	                "print one table after the other, and read no keys" },
	[OPT_JSON] = { 'J', "json", KIND_SWITCH,
	               "print each change as a JSON object on a line of its own" },
	[OPT_OUTPUT] = { 'o', "output", KIND_COLUMNS,
	                 "show these columns, in this order" },
	[OPT_SORT] = { 's', "sort", KIND_COLUMN,
	               "sort by this column; -NAME sorts in descending order" },
	[OPT_ALL_NS] = { 'a', "all-ns", KIND_SWITCH,
	                 "show the segments of all accessible IPC namespaces" },
	[OPT_ORPHAN] = { 'O', "orphan", KIND_SWITCH,
	                 "show only orphans: creator and last user have exited" },
	[OPT_UNATTACHED] = { 'U', "unattached", KIND_SWITCH,
	                     "show only segments that are not attached" },
	[OPT_REMOVED] = { 'R', "removed", KIND_SWITCH,
	                  "show only segments marked for removal" },
	[OPT_OWNER] = { 'u', "owner", KIND_OWNER, "show only segments of this owner" },
	[OPT_KEY] = { 'k', "key", KIND_KEY, "show only the segment with this key" },
	[OPT_CREATOR] = { 'C', "creator", KIND_PID,
	                  "show only segments that this process created" },
	[OPT_MIN_SIZE] = { 'M', "min-size", KIND_SIZE,
	                   "show only segments of at least this size" },
	[OPT_IDLE] = { 'I', "idle", KIND_DURATION,
	               "show only segments idle for at least this long" },
	[OPT_HELD_BY] = { 'B', "held-by", KIND_PID,
	                  "show only segments that this process has attached" },
	{ 0 },
};

enum { SECOND = 1000000000, LEAST_DELAY = SECOND / 100 };

static int misused(const struct args *args)
{
	if (args->seen[OPT_DELAY] && args_size(args, OPT_DELAY, 0) < LEAST_DELAY)
		return misuse(args->typed[OPT_DELAY], "must be at least 10ms");
	if (args->seen[OPT_ROUNDS] && args->option[OPT_ROUNDS].number < 1)
		return misuse(args->typed[OPT_ROUNDS], "must be at least 1");
	if (args->seen[OPT_JSON] && args->seen[OPT_SORT])
		return misuse(NULL, "--json and --sort cannot be combined");
	return STATUS_OK;
}

static int print_batch(struct round *round)
{
	if (round->number > 1)
		putc('\n', output);
	view_head(round, view_head_lines(round));
	return view_table(round, 0, round->selection.count);
}

static int print_events(struct round *round)
{
	events_print(round);
	return STATUS_OK;
}

/* An event has the facts for which neither processes nor namespaces have to be inspected. */
static struct columns event_columns(void)
{
	struct columns all = columns_all();
	struct columns cheap = { 0 };

	for (int i = 0; i < all.count; i++) {
		struct columns one = { 1, { all.rows[i] } };

		if (!(columns_needs(&one) & ~(unsigned)NEEDS_MEMORY))
			cheap.rows[cheap.count++] = all.rows[i];
	}
	return cheap;
}

static void choose_columns(const struct args *args, struct round *round)
{
	if (args->seen[OPT_OUTPUT])
		round->columns = columns_named(args_text(args, OPT_OUTPUT, ""));
	else if (args->seen[OPT_JSON])
		round->columns = event_columns();
	else
		round->columns = columns_named(LIVE_COLUMNS);
}

static int show(const struct args *args, struct round *round)
{
	uint64_t rounds =
		args->seen[OPT_ROUNDS] ? (uint64_t)args->option[OPT_ROUNDS].number : 0;
	struct pace pace = { args_size(args, OPT_DELAY, UINT64_C(2) * SECOND), rounds };

	if (args->seen[OPT_JSON])
		return rounds_run(round, pace, print_events);
	if (!args->seen[OPT_BATCH] && terminal_is_usable()) {
		round->with_state = true;
		return screen_run(round, pace, args->seen[OPT_OUTPUT]);
	}
	if (!rounds && !args->seen[OPT_BATCH] && !isatty(STDOUT_FILENO))
		pace.rounds = 1;
	round->with_state = pace.rounds != 1;
	return rounds_run(round, pace, print_batch);
}

static int run(const struct args *args)
{
	bool events = args->seen[OPT_JSON];
	struct round round = { .args = args };
	int status = misused(args);

	if (status == STATUS_OK)
		status = choose_listed(args, &round.filter);
	/* each round has its own */
	free(round.filter.held);
	round.filter.held = NULL;
	round.filter.held_count = 0;
	if (status != STATUS_OK)
		return status;
	choose_columns(args, &round);
	snprintf(round.order, sizeof(round.order), "%s", args_text(args, OPT_SORT, ""));
	round.everywhere = round.changes.by_ns = args->seen[OPT_ALL_NS];
	round.measured = events;
	round.with_gone = round.with_head = !events;
	round.idle = choose_idle(args, OPT_IDLE);
	status = show(args, &round);
	round_end(&round);
	return status;
}

const struct applet applet_shmtop = {
	.name = "shmtop",
	.summary = "watch segments live",
	.options = options,
	.run = run,
	.capabilities = CAP(CAP_SYS_PTRACE) | CAP(CAP_SYS_ADMIN),
};
