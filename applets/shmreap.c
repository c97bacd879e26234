/* shmreap - list or remove orphaned segments */

#include "applet.h"
#include "diag/diag.h"
#include "list/columns.h"
#include "segment/candidates.h"
#include "segment/choose.h"
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
	{ 0 },
};

static const char table_columns[] = "id,key,owner,size,cpid,lpid,idle,orphan,reason";
static const char json_columns[] = "id,key,owner,uid,perms,size,nattch,ctime,atime,dtime,"
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

static void print_as_json(struct candidates *candidates)
{
	const struct columns columns = columns_named(json_columns);
	struct json json = { 0 };

	json_begin(&json);
	json_open(&json, "sharedmemory", '[');
	for (int i = 0; i < candidates->count; i++) {
		json_open(&json, NULL, '{');
		json_row(&json, &columns, &candidates->infos[i], &candidates->listing);
		json_text(&json, "outcome", outcomes[candidates->outcomes[i]]);
		json_close(&json, '}');
	}
	json_close(&json, ']');
	json_end(&json);
}

/* The other outcomes are reported on standard error, and have no row. */
static int print_as_table(struct candidates *candidates)
{
	const struct columns columns = columns_named(table_columns);
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
	return rows ? print_table(&columns, infos, rows, true, &candidates->listing)
	            : STATUS_OK;
}

static void report_kept(const struct args *args, const struct candidates *candidates)
{
	const char *unknown = "of unknown state (see --verbose, --unknown)";

	/* --unknown makes every other segment of unknown state a candidate */
	if (args->seen[OPT_UNKNOWN])
		unknown =
			"whose creator is alive in another PID namespace (see --verbose)";
	note_segments("kept", candidates->keyed, "with a key (see --keyed)");
	note_segments("kept", candidates->misdated,
	              "with a time before the boot or in the future (see --unknown)");
	if (!args->seen[OPT_VERBOSE])
		note_segments("kept", candidates->unknown, unknown);
	note_segments("skipped", candidates->recent,
	              "idle for less than 1 minute (see --idle)");
}

static int reap(const struct args *args, struct candidates *candidates)
{
	const struct columns columns = columns_named(json_columns);
	int status = STATUS_OK;

	listing_read(&candidates->listing, candidates->infos, candidates->count,
	             args->seen[OPT_JSON] ? columns_needs(&columns) : 0);
	if (args->seen[OPT_REMOVE])
		status = candidates_remove(candidates, args->seen[OPT_DRY_RUN]);
	report_kept(args, candidates);
	if (!args->seen[OPT_JSON])
		return status_join(status, print_as_table(candidates));
	print_as_json(candidates);
	return status;
}

static int run(const struct args *args)
{
	struct candidates candidates = {
		.keep_keyed = args->seen[OPT_REMOVE] && !args->seen[OPT_KEYED],
		.include_unknown = args->seen[OPT_VERBOSE],
		.count_recent = !args->seen[OPT_IDLE],
		.listing.idle = choose_idle(args, OPT_IDLE),
	};
	int status = misused(args);

	if (status == STATUS_OK)
		status = choose_by_options(args, &candidates.filter);
	if (status != STATUS_OK)
		return status;
	status = candidates_find(&candidates);
	if (status == STATUS_OK)
		status = reap(args, &candidates);
	candidates_end(&candidates);
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
