/* SPDX-License-Identifier: MIT */
/* shmcreate - create a segment and print its id */

#include <string.h>

#include "applet.h"
#include "diag/diag.h"
#include "work/announce.h"
#include "work/create.h"

enum {
	OPT_KEY,
	OPT_REUSE,
	OPT_MODE,
	OPT_OWNER,
	OPT_INPUT,
	OPT_HUGE,
	OPT_NORESERVE,
	OPT_POPULATE,
	OPT_LOCK,
	OPT_ID,
	OPT_DRY_RUN,
	OPT_JSON,
	OPT_PROGRESS,
	OPT_VERBOSE,
};

static const struct opt options[] = {
	[OPT_KEY] = { 'k', "key", KIND_NEW_KEY,
	              "use this key; new picks a random unused key" },
	[OPT_REUSE] = { 'r', "reuse", KIND_SWITCH,
	                "open the existing segment if it is large enough" },
	[OPT_MODE] = { 'm', "mode", KIND_MODE,
	               "set the permissions; the default is 600" },
	[OPT_OWNER] = { 'u', "owner", KIND_OWNER,
	                "give the segment to this user and group" },
	[OPT_INPUT] = { 'i', "input", KIND_PATH,
	                "fill the segment from a file; - means standard input" },
	[OPT_HUGE] = { 'H', "huge", KIND_SIZE, "use huge pages of this size" },
	[OPT_NORESERVE] = { 'R', "noreserve", KIND_SWITCH,
	                    "reserve no swap space for the segment" },
	[OPT_POPULATE] = { 'P', "populate", KIND_SWITCH,
	                   "allocate memory for every page now" },
	[OPT_LOCK] = { 'L', "lock", KIND_SWITCH, "lock the pages in memory" },
	[OPT_ID] = { 'I', "id", KIND_ID, "request this id" },
	[OPT_DRY_RUN] = { 'n', "dry-run", KIND_SWITCH,
	                  "report whether it would fit, and create nothing" },
	[OPT_JSON] = { 'J', "json", KIND_SWITCH, "print JSON" },
	[OPT_PROGRESS] = { 'p', "progress", KIND_SWITCH,
	                   "report the progress of filling" },
	[OPT_VERBOSE] = { 'v', "verbose", KIND_SWITCH,
	                  "report how the bytes were transferred" },
	{ 0 },
};

/* Whether the segment is to have a key that is known before. */
static bool names_key(const struct args *args)
{
	const struct key *key = &args->option[OPT_KEY].key;

	return key->path || key->key != IPC_PRIVATE;
}

/* ipcmk -p takes a mode. A size of 0644 with a report of its progress is not meant. */
static bool is_mode_of_ipcmk(const struct args *args)
{
	return args->seen[OPT_PROGRESS] && args->count && args->words[0][0] == '0' &&
	       strspn(args->words[0], "01234567") == 4 && !args->words[0][4];
}

/* What is wrong with the command line, whatever segments there are. */
static int check(const struct args *args)
{
	if (args->seen[OPT_REUSE] && !names_key(args))
		return misuse(NULL, "--reuse requires --key KEY, other than new and "
		                    "0x00000000");
	if (!args->count && !args->seen[OPT_INPUT])
		return misuse(NULL, "SIZE is missing");
	if (args->count && args->values[0].size == 0)
		return misuse(args->words[0], "a segment needs at least 1 byte");
	if (is_mode_of_ipcmk(args)) {
		fail(STATUS_USAGE, args->words[0], "not a size: it looks like a mode");
		hint("use --mode %s; -p is --progress", args->words[0]);
		return STATUS_USAGE;
	}
	if (args->seen[OPT_HUGE] && args_size(args, OPT_HUGE, 0) == 0)
		return misuse("--huge", "a huge page needs at least 1 byte");
	return STATUS_OK;
}

/* The specification without the key. */
static struct shmbox_spec spec_of(const struct args *args)
{
	return (struct shmbox_spec){
		.new_key = args->seen[OPT_KEY] && args->option[OPT_KEY].key.new_key,
		.size = args->count ? args->values[0].size : 0,
		.mode = 0600,
		.huge_page = args_size(args, OPT_HUGE, 0),
		.noreserve = args->seen[OPT_NORESERVE],
		.filled = args->seen[OPT_POPULATE],
		.want_id = args->seen[OPT_ID],
		.id = (int)args->option[OPT_ID].number,
	};
}

static struct shmbox_change access_of(const struct args *args)
{
	const struct owner *owner = &args->option[OPT_OWNER].owner;

	return (struct shmbox_change){
		.set_mode = true,
		.mode = args_mode(args, OPT_MODE, 0600),
		.set_uid = owner->has_user,
		.uid = owner->user,
		.set_gid = owner->has_group,
		.gid = owner->group,
	};
}

static int create(const struct args *args, struct creation *creation)
{
	int status = creation_begin(creation);

	if (status == STATUS_OK)
		status = announce_segment(creation, args->seen[OPT_JSON]);
	/* without its id, the segment would be leaked */
	if (status == STATUS_OK && !close_output())
		status = STATUS_FAILED;
	creation_end(creation, status == STATUS_OK);
	return status;
}

static int create_or_test(const struct args *args, struct creation *creation)
{
	int status = STATUS_OK;

	if (!creation->spec.new_key)
		status = args_key(args, OPT_KEY, &creation->spec.key);
	if (status == STATUS_OK)
		status = creation_may_last(creation);
	if (status == STATUS_OK && args->seen[OPT_INPUT])
		status = creation_open_input(creation, args_text(args, OPT_INPUT, "-"),
		                             !args->count);
	if (status != STATUS_OK)
		return status;
	if (!args->seen[OPT_DRY_RUN])
		return create(args, creation);
	status = creation_would_fit(creation);
	if (status == STATUS_OK)
		announce_fit(creation, args->seen[OPT_JSON]);
	return status;
}

static int run(const struct args *args)
{
	char huge_page[OPTION_OBJECT];
	char wanted_id[OPTION_OBJECT];
	struct creation creation = {
		.spec = spec_of(args),
		.reuse = args->seen[OPT_REUSE],
		.lock = args->seen[OPT_LOCK],
		.populate = args->seen[OPT_POPULATE],
		.write_input = args->seen[OPT_INPUT],
		.change_access = args->seen[OPT_MODE] || args->seen[OPT_OWNER],
		.access = access_of(args),
		.progress = args->seen[OPT_PROGRESS],
		.verbose = args->seen[OPT_VERBOSE],
		.size = args->count ? args->words[0] : args->typed[OPT_INPUT],
		.key = args->typed[OPT_KEY],
		.huge_page = args_object(args, OPT_HUGE, huge_page),
		.wanted_id = args_object(args, OPT_ID, wanted_id),
	};
	int status = check(args);

	if (status == STATUS_OK)
		status = create_or_test(args, &creation);
	input_close(&creation.input);
	return status;
}

const struct applet applet_shmcreate = {
	.name = "shmcreate",
	.summary = "create a shared memory segment",
	.operands = "[SIZE]",
	.options = options,
	.run = run,
	.capabilities = CAP(CAP_IPC_LOCK) | CAP(CAP_SYS_ADMIN),
	.changes = CHANGES,
};
