/* shmreap - list orphans, and remove them where that is asked for */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "applet.h"
#include "diag/diag.h"
#include "list/columns.h"
#include "list/filter.h"
#include "segment/held.h"
#include "text/text.h"

enum {
	OPT_REMOVE,
	OPT_DRY_RUN,
	OPT_OWNER,
	OPT_KEY,
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

/* What became of a segment that was found; SAVED: kept at the last moment. */
enum outcome { FOUND, KEPT, SAVED, REMOVED, MARKED, GONE, FAILED };

static const char *const outcomes[] = {
	[FOUND] = "found",   [KEPT] = "kept", [SAVED] = "kept",    [REMOVED] = "removed",
	[MARKED] = "marked", [GONE] = "gone", [FAILED] = "failed",
};

/* ORPHAN_IDLE as options have it: nanoseconds. */
static const uint64_t usual_idle = ORPHAN_IDLE * UINT64_C(1000000000);

struct reaping {
	const struct args *args;
	struct filter filter;
	struct listing listing;
	struct holder_list holders;
	struct shmbox_info *infos;
	int count;
	enum outcome *outcomes;          /* of each, .. */
	struct shmbox_verdict *verdicts; /* .. and what it was judged by */
	int keyed;    /* orphans that are kept because they have a key */
	int odd;      /* chosen, but their times show that a clock was set: kept */
	int doubtful; /* chosen, but something else is unknown: kept */
	int recent;   /* would be orphans if the usual time had passed */
};

static int misused(const struct args *args)
{
	const bool *seen = args->seen;
	bool chosen = seen[OPT_OWNER] || seen[OPT_KEY];

	if (seen[OPT_UNATTACHED] && !chosen)
		return misuse(
			NULL,
			"--unattached requires --owner or --key: what is not attached "
			"may be in use all the same");
	if (seen[OPT_UNKNOWN] && !(seen[OPT_UNATTACHED] && seen[OPT_IDLE]))
		return misuse(NULL, "--unknown requires --unattached and --idle");
	if (seen[OPT_REMOVE] && !seen[OPT_IDLE])
		return misuse(NULL, "--remove requires --idle");
	return STATUS_OK;
}

/* A process may come back for a segment by its key. */
static bool is_spared(const struct reaping *reaping, const struct shmbox_info *info)
{
	const bool *seen = reaping->args->seen;

	return seen[OPT_REMOVE] && info->key && !seen[OPT_KEYED];
}

/* Of one that is not condemned: whether time alone is what keeps it, and nobody said which. */
static bool is_recent(struct reaping *reaping, const struct shmbox_info *info)
{
	const bool *seen = reaping->args->seen;

	return !seen[OPT_IDLE] && !seen[OPT_UNATTACHED] &&
	       listing_judge(&reaping->listing, info)->reason == SHMBOX_REASON_RECENT &&
	       filter_passes(&reaping->filter, info, &reaping->listing);
}

/* Keeps what is to go, and what is to be told of. */
static void find(struct reaping *reaping)
{
	bool verbose = reaping->args->seen[OPT_VERBOSE];
	int kept = 0;

	for (int i = 0; i < reaping->count; i++) {
		struct shmbox_info *info = &reaping->infos[i];
		bool condemned =
			filter_selects(&reaping->filter, info, &reaping->listing);
		bool spared = condemned && is_spared(reaping, info);
		bool doubtful = !condemned &&
		                filter_doubts(&reaping->filter, info, &reaping->listing);

		reaping->keyed += spared;
		if (doubtful && listing_judge(&reaping->listing, info)->idle < 0)
			reaping->odd++;
		else
			reaping->doubtful += doubtful;
		reaping->recent += !condemned && is_recent(reaping, info);
		if (spared || (!condemned && !(doubtful && verbose)))
			continue;
		reaping->outcomes[kept] = condemned ? FOUND : KEPT;
		reaping->verdicts[kept] = *listing_judge(&reaping->listing, info);
		reaping->infos[kept++] = *info;
	}
	reaping->count = kept;
}

/* Says why one that was to go may stay, by what is known of it now. */
static void tell_saved(struct reaping *reaping, const struct shmbox_info *now,
                       const char *object)
{
	enum shmbox_orphan orphan = listing_judge(&reaping->listing, now)->orphan;
	char words[TEXT_MAX];

	listing_reason(&reaping->listing, now, words);
	if (now->attached || orphan == SHMBOX_ORPHAN_NO)
		note(object, "kept: it is in use again (%s)", words);
	else if (orphan == SHMBOX_ORPHAN_UNKNOWN)
		note(object, "kept: %s", words);
	else
		note(object, "kept: it was changed, and is chosen no longer");
}

/* Looks once more, right before: somebody may have come for it, or may hold it by now. */
static enum outcome look_again(struct reaping *reaping, struct shmbox_info *info,
                               const char *object)
{
	struct shmbox_info now;
	int rc = shmbox_stat(info->id, &now);

	/* an id may come back, with another segment */
	if (rc == -ENOENT ||
	    (rc == 0 && (now.creator_pid != info->creator_pid || now.size != info->size ||
	                 (now.key != info->key && !now.removed))))
		return GONE;
	if (rc < 0) {
		failed_on(SHMBOX_STAT, rc, object, info->id);
		return FAILED;
	}
	now.ns = info->ns;
	*info = now;
	listing_forget(&reaping->listing);
	reaping->verdicts[info - reaping->infos] =
		*listing_judge(&reaping->listing, info);
	if (filter_selects(&reaping->filter, info, &reaping->listing))
		return FOUND;
	tell_saved(reaping, info, object);
	return SAVED;
}

static int remove_one(struct reaping *reaping, struct shmbox_info *info,
                      const char *object, enum outcome *outcome)
{
	struct shmbox_info now;
	char words[HELD_MAX];
	int rc;

	*outcome = look_again(reaping, info, object);
	if (*outcome != FOUND)
		return *outcome == FAILED ? STATUS_FAILED : STATUS_OK;
	rc = shmbox_remove(info->id);
	*outcome = rc == -ENOENT ? GONE : rc < 0 ? FAILED : rc > 0 ? MARKED : REMOVED;
	if (*outcome == FAILED)
		return failed_on(SHMBOX_REMOVE, rc, object, info->id);
	if (*outcome == MARKED && shmbox_stat(info->id, &now) == 0) {
		const char *held = text_held(words, &now, &reaping->holders);

		/* "still attached" it was not: that is new */
		note(object, "marked: now %s",
		     strncmp(held, "still ", 6) ? held : held + 6);
	}
	return STATUS_OK;
}

/* Whether it could be removed, as far as that can be known before. */
static int try_one(const struct shmbox_info *info, const char *object,
                   enum outcome *outcome)
{
	if (shmbox_may_control(info))
		return STATUS_OK;
	*outcome = FAILED;
	return failed_on(SHMBOX_REMOVE, -EPERM, object, info->id);
}

static int remove_all(struct reaping *reaping)
{
	bool dry_run = reaping->args->seen[OPT_DRY_RUN];
	int status = STATUS_OK;

	for (int i = 0; i < reaping->count; i++) {
		struct shmbox_info *info = &reaping->infos[i];
		enum outcome *outcome = &reaping->outcomes[i];
		char object[TEXT_MAX];

		snprintf(object, sizeof(object), "%d", info->id);
		if (*outcome == FOUND)
			status = status_join(
				status,
				dry_run ? try_one(info, object, outcome)
					: remove_one(reaping, info, object, outcome));
	}
	return status;
}

static void print_as_json(struct reaping *reaping)
{
	const struct columns columns = columns_named(json_columns);
	struct json json = { 0 };

	json_begin(&json);
	json_open(&json, "sharedmemory", '[');
	for (int i = 0; i < reaping->count; i++) {
		json_open(&json, NULL, '{');
		json_row(&json, &columns, &reaping->infos[i], &reaping->listing);
		json_text(&json, "outcome", outcomes[reaping->outcomes[i]]);
		json_close(&json, '}');
	}
	json_close(&json, ']');
	json_end(&json);
}

/* A table has no word for what was lost to others, or not allowed: that has been told. */
static int print_as_table(struct reaping *reaping)
{
	const struct columns columns = columns_named(table_columns);
	int kept = 0;

	for (int i = 0; i < reaping->count; i++) {
		enum outcome outcome = reaping->outcomes[i];

		if (outcome != FOUND && outcome != KEPT && outcome != REMOVED)
			continue;
		reaping->verdicts[kept] = reaping->verdicts[i];
		reaping->infos[kept++] = reaping->infos[i];
	}
	return kept ? print_table(&columns, reaping->infos, kept, true, &reaping->listing)
	            : STATUS_OK;
}

static void tell(int count, const char *what, const char *why)
{
	if (count)
		note(NULL, "%s %d segment%s %s", what, count, count == 1 ? "" : "s", why);
}

static void tell_kept(const struct reaping *reaping)
{
	const bool *seen = reaping->args->seen;

	tell(reaping->keyed, "kept", "with a key (see --keyed)");
	tell(reaping->odd, "kept",
	     "with a time before the boot or in the future (see --unknown)");
	if (!seen[OPT_VERBOSE])
		tell(reaping->doubtful, "kept",
		     seen[OPT_UNKNOWN]
		             ? "of a process that lives elsewhere (see --verbose)"
		             : "of unknown state (see --verbose, --unknown)");
	tell(reaping->recent, "skipped", "idle for less than 1 minute (see --idle)");
}

static int reap(struct reaping *reaping)
{
	const struct columns columns = columns_named(json_columns);
	const struct args *args = reaping->args;
	int status = STATUS_OK;

	find(reaping);
	listing_look(&reaping->listing, reaping->infos, reaping->count,
	             args->seen[OPT_JSON] ? columns_needs(&columns) : 0);
	if (args->seen[OPT_REMOVE])
		status = remove_all(reaping);
	/* what has been done was done by these: no further look may say otherwise */
	reaping->listing.settled = reaping->infos;
	reaping->listing.verdicts = reaping->verdicts;
	reaping->listing.settled_count = reaping->count;
	tell_kept(reaping);
	if (!args->seen[OPT_JSON])
		return status_join(status, print_as_table(reaping));
	print_as_json(reaping);
	return status;
}

static int run(const struct args *args)
{
	uint64_t idle = args_size(args, OPT_IDLE, usual_idle);
	struct reaping reaping = {
		.args = args,
		.filter = {
			.unattached = args->seen[OPT_UNATTACHED],
			.unknown = args->seen[OPT_UNKNOWN],
			.owner = args->option[OPT_OWNER].owner,
			.by_key = args->seen[OPT_KEY],
			.min_size = args_size(args, OPT_MIN_SIZE, 0),
		},
		.listing.idle = whole_seconds(idle),
	};
	int status = misused(args);

	if (status == STATUS_OK)
		status = args_key(args, OPT_KEY, &reaping.filter.key);
	if (status != STATUS_OK)
		return status;
	reaping.count = shmbox_list(&reaping.infos);
	if (reaping.count < 0)
		return failed(SHMBOX_LIST, reaping.count, NULL, NULL);
	reaping.listing.now = time(NULL);
	reaping.outcomes = calloc((size_t)reaping.count + 1, sizeof(*reaping.outcomes));
	reaping.verdicts = calloc((size_t)reaping.count + 1, sizeof(*reaping.verdicts));
	if (reaping.outcomes && reaping.verdicts)
		status = reap(&reaping);
	else
		status = out_of_memory();
	listing_end(&reaping.listing);
	holder_list_end(&reaping.holders);
	free(reaping.outcomes);
	free(reaping.verdicts);
	free(reaping.infos);
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
