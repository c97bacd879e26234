/* SPDX-License-Identifier: MIT */
/* shmreap - list or remove orphaned segments */

#include <string.h>

#include <errno.h>

#include "applet.h"
#include "diag/diag.h"
#include "list/columns.h"
#include "list/namespaces.h"
#include "segment/candidates.h"
#include "segment/choose.h"
#include "text/io.h"
#include "text/json.h"

enum {
	OPT_REMOVE,
	OPT_DRY_RUN,
	OPT_OWNER,
	OPT_KEY,
	OPT_CREATOR,
	OPT_IDLE,
	OPT_MIN_SIZE,
	OPT_UNATTACHED,
	OPT_JSON,
	OPT_VERBOSE,
	OPT_KEYED,
	OPT_UNKNOWN,
	OPT_ALL_NS,
	OPT_QUIET,
};

static const struct opt options[] = {
	[OPT_REMOVE] = { 0, "remove", KIND_SWITCH, "remove the listed segments" },
	[OPT_DRY_RUN] = { 'n', "dry-run", KIND_SWITCH,
	                  "list what would be removed, and remove nothing" },
	[OPT_OWNER] = { 'u', "owner", KIND_OWNER, "select only segments of this owner" },
	[OPT_KEY] = { 'k', "key", KIND_KEY, "select only the segment with this key" },
	[OPT_CREATOR] = { 'C', "creator", KIND_PID,
	                  "select only segments that this process created" },
	[OPT_IDLE] = { 'I', "idle", KIND_DURATION,
	               "select segments idle this long; the default is 1m" },
	[OPT_MIN_SIZE] = { 'M', "min-size", KIND_SIZE,
	                   "select only segments of at least this size" },
	[OPT_UNATTACHED] = { 'U', "unattached", KIND_SWITCH,
	                     "select all unattached segments, orphans or not" },
	[OPT_JSON] = { 'J', "json", KIND_SWITCH, "print JSON" },
	[OPT_VERBOSE] = { 'v', "verbose", KIND_SWITCH,
	                  "also list segments of unknown state, with the reason" },
	[OPT_KEYED] = { 0, "keyed", KIND_SWITCH, "also remove segments with a key" },
	[OPT_UNKNOWN] = { 0, "unknown", KIND_SWITCH,
	                  "treat unknown processes as exited and times as old" },
	[OPT_ALL_NS] = { 'a', "all-ns", KIND_SWITCH,
	                 "act in all accessible IPC namespaces" },
	[OPT_QUIET] = { 'q', "quiet", KIND_SWITCH,
	                "report only failures on standard error" },
	{ 0 },
};

/* What stands before them with --all-ns is left out otherwise. */
static const char table_columns[] =
	"ns,nspid,cgroup,id,key,owner,size,cpid,lpid,idle,orphan,reason";
static const char json_columns[] =
	"ns,nspid,cgroup,id,key,owner,uid,perms,size,nattch,ctime,atime,dtime,"
	"cpid,creator,lpid,last,idle,orphan,reason,user";

static const char outcomes[][8] = {
	[OUTCOME_FOUND] = "found",   [OUTCOME_UNKNOWN] = "kept",
	[OUTCOME_KEPT] = "kept",     [OUTCOME_REMOVED] = "removed",
	[OUTCOME_MARKED] = "marked", [OUTCOME_GONE] = "gone",
	[OUTCOME_FAILED] = "failed",
};

static int misused(const struct args *args)
{
	const bool *seen = args->seen;
	bool chosen = seen[OPT_OWNER] || seen[OPT_KEY];

	if (seen[OPT_UNATTACHED] && !chosen)
		return misuse(NULL, "--unattached requires --owner or --key: an "
		                    "unattached segment can still be in use");
	if (seen[OPT_UNKNOWN] && !(seen[OPT_UNATTACHED] && seen[OPT_IDLE]))
		return misuse(NULL, "--unknown requires --unattached and --idle");
	if (seen[OPT_REMOVE] && !seen[OPT_IDLE])
		return misuse(NULL, "--remove requires --idle");
	return STATUS_OK;
}

static struct columns choose_columns(const struct args *args)
{
	const char *names = args->seen[OPT_JSON] ? json_columns : table_columns;

	return columns_named(args->seen[OPT_ALL_NS] ? names : strstr(names, "id,key"));
}

static void print_as_json(const struct columns *columns, struct candidates *candidates)
{
	struct json json = { 0 };

	json_begin(&json);
	json_open(&json, "sharedmemory", '[');
	for (int i = 0; i < candidates->count; i++) {
		json_open(&json, NULL, '{');
		json_row(&json, columns, &candidates->infos[i], &candidates->listing);
		json_text(&json, "outcome", outcomes[candidates->outcomes[i]]);
		json_close(&json, '}');
	}
	json_close(&json, ']');
	json_end(&json);
}

/* The other outcomes are reported on standard error, and have no row. */
static int print_as_table(const struct columns *columns, struct candidates *candidates)
{
	struct listing *listing = &candidates->listing;
	struct shmbox_info *infos = candidates->infos;
	int rows = 0;

	for (int i = 0; i < candidates->count; i++) {
		enum outcome outcome = candidates->outcomes[i];

		if (outcome != OUTCOME_FOUND && outcome != OUTCOME_UNKNOWN &&
		    outcome != OUTCOME_REMOVED)
			continue;
		candidates->verdicts[rows] = candidates->verdicts[i];
		infos[rows++] = infos[i];
	}
	return rows ? print_table(columns, infos, rows, true, listing) : STATUS_OK;
}

static int print(const struct args *args, struct candidates *candidates)
{
	const struct columns columns = choose_columns(args);

	if (!args->seen[OPT_JSON])
		return print_as_table(&columns, candidates);
	print_as_json(&columns, candidates);
	return STATUS_OK;
}

/* ---- in each namespace ---- */

struct reaper {
	const struct args *args;
	struct candidates candidates;
	uint64_t here; /* our own namespace */
	int status;    /* of the removals */
};

/* Finds and removes in the namespace that this process is in. */
static int reap(void *data, const struct shmbox_namespace *where)
{
	struct reaper *reaper = data;
	const bool *seen = reaper->args->seen;
	struct candidates *candidates = &reaper->candidates;
	int rc;

	candidates->pid = where && where->ns != reaper->here ? where->pid : 0;
	rc = candidates_find(candidates, where);
	if (rc == 0 && seen[OPT_REMOVE])
		reaper->status = status_join(
			reaper->status, candidates_remove(candidates, seen[OPT_DRY_RUN]));
	return rc;
}

static int reap_here(struct reaper *reaper)
{
	int rc = reap(reaper, NULL);

	return rc < 0 ? failed(SHMBOX_LIST, rc, NULL, NULL) : STATUS_OK;
}

static int reap_everywhere(struct reaper *reaper)
{
	struct shmbox_namespace here = { 0 };

	shmbox_own_namespace(&here);
	reaper->here = here.ns;
	return each_namespace(reap, reaper, reaper->candidates.quiet);
}

static int reap_and_report(struct reaper *reaper)
{
	const bool *seen = reaper->args->seen;
	struct candidates *candidates = &reaper->candidates;
	int status = seen[OPT_ALL_NS] ? reap_everywhere(reaper) : reap_here(reaper);

	/* what was removed before a failure is reported all the same */
	if (status != STATUS_OK && candidates->count == 0)
		return status;
	status = status_join(status, reaper->status);
	if (!seen[OPT_QUIET]) {
		candidates_note_kept(candidates, seen[OPT_VERBOSE]);
		candidates_note_removed(candidates);
	}
	return status_join(status, print(reaper->args, candidates));
}

static int run(const struct args *args)
{
	const bool *seen = args->seen;
	const struct columns columns = choose_columns(args);
	struct reaper reaper = {
		.args = args,
		.candidates.keep_keyed = seen[OPT_REMOVE] && !seen[OPT_KEYED],
		.candidates.include_unknown = seen[OPT_VERBOSE],
		.candidates.count_recent = !seen[OPT_IDLE],
		.candidates.quiet = seen[OPT_QUIET],
		.candidates.needs = columns_needs(&columns),
		.candidates.listing.idle = choose_idle(args, OPT_IDLE),
	};
	int status = misused(args);

	/* the list of what was removed must not be lost */
	if (status == STATUS_OK && seen[OPT_REMOVE] && !output_is_open())
		status = failed_io("standard output", -EBADF);
	if (status == STATUS_OK)
		status = choose_by_options(args, &reaper.candidates.filter);
	if (status != STATUS_OK)
		return status;
	status = reap_and_report(&reaper);
	candidates_end(&reaper.candidates);
	return status;
}

const struct applet applet_shmreap = {
	.name = "shmreap",
	.summary = "list or remove orphaned segments",
	.options = options,
	.run = run,
	.capabilities = CAP(CAP_SYS_ADMIN) | CAP(CAP_SYS_PTRACE),
	.changes = CHANGES_WITH(OPT_REMOVE),
};
