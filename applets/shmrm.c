/* shmrm - remove segments */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "applet.h"
#include "diag/diag.h"
#include "segment/held.h"
#include "segment/operand.h"
#include "text/io.h"
#include "work/task.h"

enum {
	OPT_FORCE,
	OPT_DRY_RUN,
	OPT_VERBOSE,
	OPT_WAIT,
	OPT_TIMEOUT,
	OPT_WIPE,
	OPT_IF_UNATTACHED,
	OPT_IF_KEY,
	OPT_IF_CREATOR
};

static const struct opt options[] = {
	[OPT_FORCE] = { 'f', "force", KIND_SWITCH, "ignore segments that do not exist" },
	[OPT_DRY_RUN] = { 'n', "dry-run", KIND_SWITCH,
	                  "report what would be removed, and remove nothing" },
	[OPT_VERBOSE] = { 'v', "verbose", KIND_SWITCH,
	                  "report what happened to each segment" },
	[OPT_WAIT] = { 'w', "wait", KIND_SWITCH, "wait until all segments are gone" },
	[OPT_TIMEOUT] = { 't', "timeout", KIND_DURATION, "wait at most DURATION" },
	[OPT_WIPE] = { 'z', "wipe", KIND_SWITCH, "overwrite all pages with zeros first" },
	[OPT_IF_UNATTACHED] = { 0, "if-unattached", KIND_SWITCH,
	                        "refuse a segment that is attached" },
	[OPT_IF_KEY] = { 0, "if-key", KIND_KEY, "refuse a segment without this key" },
	[OPT_IF_CREATOR] = { 0, "if-creator", KIND_PID,
	                     "refuse a segment that another process created" },
	{ 0 },
};

/* What is to become of one operand. */
struct removal {
	const struct args *args;
	const char *word;
	struct holder_list *holders;
	int id;
	key_t key;               /* of --if-key */
	struct shmbox_map map;   /* by --wipe; attached while it has an address */
	struct shmbox_info info; /* as last seen, our own attach not counted */
	uint64_t wiped;          /* bytes */
	bool marked;
	int status;
};

/* What is wanted gone and is gone is no failure. False: there is no more to do. */
static bool give_up(struct removal *removal, enum shmbox_op op, int rc)
{
	if (rc != -ENOENT || !removal->args->seen[OPT_FORCE])
		removal->status = failed_on(op, rc, removal->word, removal->id);
	return false;
}

/* The guards, as they stand right now. */
static int guard(const struct removal *removal)
{
	const struct args *args = removal->args;
	const struct shmbox_info *info = &removal->info;
	const char *word = removal->word;
	int64_t creator = args->option[OPT_IF_CREATOR].number;

	if (args->seen[OPT_IF_KEY] && !info->key)
		return fail(STATUS_REFUSED, word, "it has no key, and so not %s",
		            args->typed[OPT_IF_KEY]);
	if (args->seen[OPT_IF_KEY] && info->key != removal->key)
		return fail(STATUS_REFUSED, word, "its key is 0x%08x, not %s",
		            (unsigned)info->key, args->typed[OPT_IF_KEY]);
	if (args->seen[OPT_IF_CREATOR] && info->creator_pid == 0)
		return fail(
			STATUS_REFUSED, word,
			"its creator is unknown: a process outside this pid namespace");
	if (args->seen[OPT_IF_CREATOR] && info->creator_pid != creator)
		return fail(STATUS_REFUSED, word, "made by process %d, not %lld",
		            (int)info->creator_pid, (long long)creator);
	if (!info->attached || !(args->seen[OPT_IF_UNATTACHED] || args->seen[OPT_WIPE]))
		return STATUS_OK;
	refuse_held(word, info, removal->holders);
	if (args->seen[OPT_WIPE])
		hint("shmwipe --force wipes it all the same");
	return STATUS_REFUSED;
}

/* Whether it is there, and no guard protects it. */
static bool look(struct removal *removal)
{
	int rc = shmbox_stat(removal->id, &removal->info);

	if (rc < 0)
		return give_up(removal, SHMBOX_STAT, rc);
	removal->info.attached -= removal->map.address != NULL;
	removal->status = guard(removal);
	return removal->status == STATUS_OK;
}

/*
 * Only what can be told without any change: an attach would be seen in the segment's times.
 * Nor is anything wiped that cannot be removed then.
 */
static bool look_ahead(struct removal *removal)
{
	const struct args *args = removal->args;
	const struct shmbox_info *info = &removal->info;

	if ((args->seen[OPT_DRY_RUN] || args->seen[OPT_WIPE]) &&
	    !shmbox_may_control(info))
		return give_up(removal, SHMBOX_REMOVE, -EPERM);
	if (!args->seen[OPT_DRY_RUN])
		return true;
	fprintf(output, "%s: would be %s%s\n", removal->word,
	        args->seen[OPT_WIPE] ? "wiped and " : "",
	        info->attached ? "marked" : "removed");
	return false;
}

/*
 * Stays attached: nobody else comes in between who is not seen, and the id goes on to stand
 * for what was wiped.
 */
static bool wipe(struct removal *removal)
{
	struct task task = { .object = removal->word, .job.flags = SHMBOX_SLACK };
	int rc = shmbox_attach(removal->id, 0, &removal->map);

	if (rc < 0)
		return give_up(removal, SHMBOX_ATTACH, rc);
	if (!look(removal))
		return false;
	task.total = removal->map.size;
	task.job.length = removal->map.size;
	removal->status = task_run(&task, &removal->map, shmbox_wipe);
	removal->wiped = task_done(&task);
	return removal->status == STATUS_OK && look(removal);
}

/* How many attaches hold it still, once ours is no more. */
static int let_go(struct removal *removal)
{
	shmbox_detach(&removal->map);
	if (shmbox_stat(removal->id, &removal->info) < 0 || !removal->info.removed)
		return 0;
	return (int)removal->info.attached;
}

static void remove_one(struct removal *removal)
{
	int rc;

	if (!look(removal) || !look_ahead(removal) ||
	    (removal->args->seen[OPT_WIPE] && !wipe(removal)))
		return;
	rc = shmbox_remove(removal->id);
	if (rc < 0) {
		give_up(removal, SHMBOX_REMOVE, rc);
		return;
	}
	if (removal->map.address)
		rc = let_go(removal);
	removal->marked = rc > 0;
	if (removal->marked)
		note_marked(removal->word, removal->id, rc, removal->holders);
	else if (removal->args->seen[OPT_VERBOSE])
		fprintf(output, "%s: removed\n", removal->word);
}

/* Those that are only marked yet: what is known of each operand's. */
struct marked {
	const struct args *args;
	struct shmbox_info *infos;
};

/* 1 once the last of them is gone. */
static int look_for(void *data)
{
	const struct marked *marked = data;
	int left = 0;

	for (int i = 0; i < marked->args->count; i++) {
		struct shmbox_info *info = &marked->infos[i];

		if (!info->removed)
			continue;
		info->removed = !shmbox_is_gone(info);
		left += info->removed;
		if (!info->removed && marked->args->seen[OPT_VERBOSE])
			fprintf(output, "%s: removed\n", marked->args->words[i]);
	}
	return left == 0;
}

static int wait_for(const struct args *args, struct shmbox_info *infos,
                    struct holder_list *holders)
{
	struct marked marked = { args, infos };
	const struct shmbox_watch watch = {
		.look = look_for,
		.data = &marked,
		.timeout = args_size(args, OPT_TIMEOUT, SHMBOX_FOREVER),
	};

	if (!flush_output())
		return STATUS_FAILED;
	if (shmbox_wait(&watch) > 0)
		return STATUS_OK;
	for (int i = 0; i < args->count; i++) {
		char held[HELD_MAX];

		if (!infos[i].removed)
			continue;
		shmbox_stat(infos[i].id, &infos[i]);
		fail(STATUS_TIMEOUT, args->words[i], "not gone after %s: %s",
		     args->typed[OPT_TIMEOUT], text_held(held, &infos[i], holders));
	}
	return STATUS_TIMEOUT;
}

static int remove_all(const struct args *args, key_t key, struct shmbox_info *infos,
                      struct holder_list *holders)
{
	int status = STATUS_OK;

	for (int i = 0; i < args->count; i++) {
		struct removal removal = {
			.args = args,
			.word = args->words[i],
			.holders = holders,
			.id = args->seen[OPT_FORCE] ? operand_id_if_any(args, i, &status)
			                            : operand_id(args, i, &status),
			.key = key,
		};

		if (removal.id < 0)
			continue;
		remove_one(&removal);
		shmbox_detach(&removal.map);
		if (removal.wiped && removal.status != STATUS_OK)
			note(removal.word, "%llu bytes wiped, but not removed",
			     (unsigned long long)removal.wiped);
		status = status_join(status, removal.status);
		if (infos && removal.marked) {
			infos[i] = removal.info;
			infos[i].removed = true;
		}
	}
	return status;
}

static int run(const struct args *args)
{
	struct holder_list holders = { 0 };
	struct shmbox_info *infos = NULL;
	key_t key = 0;
	int status = args_key(args, OPT_IF_KEY, &key);

	if (args->seen[OPT_TIMEOUT] && !args->seen[OPT_WAIT])
		return misuse(NULL, "--timeout bounds --wait, which is missing");
	if (status != STATUS_OK)
		return status;
	if (args->seen[OPT_WAIT]) {
		infos = calloc((size_t)args->count, sizeof(*infos));
		if (!infos)
			return out_of_memory();
	}
	status = remove_all(args, key, infos, &holders);
	if (infos)
		status = status_join(status, wait_for(args, infos, &holders));
	holder_list_end(&holders);
	free(infos);
	return status;
}

const struct applet applet_shmrm = {
	.name = "shmrm",
	.summary = "remove segments",
	.operands = "SEGMENT...",
	.options = options,
	.run = run,
	.capabilities = CAP(CAP_SYS_ADMIN) | CAP(CAP_IPC_OWNER),
	.changes = CHANGES,
};
