/* SPDX-License-Identifier: MIT */
/* shmrm - remove segments */

#include <stdio.h>
#include <stdlib.h>

#include "applet.h"
#include "diag/diag.h"
#include "segment/held.h"
#include "segment/operand.h"
#include "text/io.h"
#include "work/removal.h"

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

static struct removal_options asked_for(const struct args *args)
{
	return (struct removal_options){
		.ignore_missing = args->seen[OPT_FORCE],
		.dry_run = args->seen[OPT_DRY_RUN],
		.verbose = args->seen[OPT_VERBOSE],
		.wipe = args->seen[OPT_WIPE],
		.if_unattached = args->seen[OPT_IF_UNATTACHED],
		.if_key = args->typed[OPT_IF_KEY],
		.if_creator = args->option[OPT_IF_CREATOR].number,
	};
}

/*
 * Removes each operand. infos, unless NULL, receives the segments that are only marked.
 */
static int remove_all(const struct args *args, const struct removal_options *how,
                      struct shmbox_info *infos, struct holder_list *holders)
{
	int status = STATUS_OK;

	for (int i = 0; i < args->count; i++) {
		struct removal removal = {
			.options = how,
			.word = args->words[i],
			.holders = holders,
			.id = args->seen[OPT_FORCE] ? operand_id_if_any(args, i, &status)
			                            : operand_id(args, i, &status),
		};

		if (removal.id < 0)
			continue;
		removal_run(&removal);
		status = status_join(status, removal.status);
		if (infos && removal.marked) {
			infos[i] = removal.info;
			infos[i].removed = true;
		}
	}
	return status;
}

/* Removes the operands at once, and then looks which of them are only marked. */
static int remove_at_once(const struct args *args, const struct removal_options *how,
                          struct holder_list *holders)
{
	enum { FEW = 32 };
	int few[2 * FEW];
	bool are_few = args->count <= FEW;
	int *ids = are_few ? few : calloc((size_t)args->count, 2 * sizeof(*ids));
	int *results = ids ? ids + args->count : NULL;
	int status = STATUS_OK;

	if (!ids)
		return out_of_memory();
	for (int i = 0; i < args->count; i++)
		ids[i] = how->ignore_missing ? operand_id_if_any(args, i, &status)
		                             : operand_id(args, i, &status);
	shmbox_remove_many(ids, results, args->count);
	for (int i = 0; i < args->count; i++) {
		struct removal removal = {
			.options = how,
			.word = args->words[i],
			.holders = holders,
			.id = ids[i],
		};

		if (removal.id >= 0)
			removal_end(&removal, results[i]);
		status = status_join(status, removal.status);
	}
	if (!are_few)
		free(ids);
	return status;
}

/*
 * The operands, and what is known of their segments; removed is set while a segment is
 * marked and not gone yet.
 */
struct marked {
	const struct args *args;
	struct shmbox_info *infos;
};

/* Returns 1 once all marked segments are gone. */
static int check_gone(void *data)
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

static int wait_until_gone(const struct args *args, struct shmbox_info *infos,
                           struct holder_list *holders)
{
	struct marked marked = { args, infos };
	const struct shmbox_watch watch = {
		.look = check_gone,
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
		fail(STATUS_TIMEOUT, args->words[i], "timed out after %s: still %s",
		     args->typed[OPT_TIMEOUT], text_held(held, &infos[i], holders));
	}
	return STATUS_TIMEOUT;
}

static int run(const struct args *args)
{
	struct removal_options how = asked_for(args);
	struct holder_list holders = { 0 };
	struct shmbox_info *infos = NULL;
	int status = args_key(args, OPT_IF_KEY, &how.key);

	if (args->seen[OPT_TIMEOUT] && !args->seen[OPT_WAIT])
		return misuse(NULL, "--timeout requires --wait");
	if (status != STATUS_OK)
		return status;
	if (args->seen[OPT_WAIT]) {
		infos = calloc((size_t)args->count, sizeof(*infos));
		if (!infos)
			return out_of_memory();
	}
	status = !infos && removal_is_plain(&how)
	                 ? remove_at_once(args, &how, &holders)
	                 : remove_all(args, &how, infos, &holders);
	if (infos)
		status = status_join(status, wait_until_gone(args, infos, &holders));
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
