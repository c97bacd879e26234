/* shmrm - remove segments */

#include "applet.h"

enum {
	OPT_FORCE,
	OPT_DRY_RUN,
	OPT_VERBOSE,
	OPT_IF_UNATTACHED,
	OPT_IF_KEY,
	OPT_IF_CREATOR
};

static const struct opt options[] = {
	[OPT_FORCE] = { 'f', "force", KIND_SWITCH,
	                "a segment that does not exist is no failure" },
	[OPT_DRY_RUN] = { 'n', "dry-run", KIND_SWITCH, "only say what would be removed" },
	[OPT_VERBOSE] = { 'v', "verbose", KIND_SWITCH, "say what became of each" },
	[OPT_IF_UNATTACHED] = { 0, "if-unattached", KIND_SWITCH,
	                        "refuse a segment that somebody has attached" },
	[OPT_IF_KEY] = { 0, "if-key", KIND_KEY, "refuse a segment without this key" },
	[OPT_IF_CREATOR] = { 0, "if-creator", KIND_PID,
	                     "refuse a segment that another process made" },
	{ 0 },
};

/* The guards, as they stand right now. */
static int guard(const struct args *args, const char *word, key_t key,
                 const struct shmbox_info *info)
{
	int64_t creator = args->option[OPT_IF_CREATOR].number;

	if (args->seen[OPT_IF_UNATTACHED] && info->attached)
		return fail(STATUS_REFUSED, word, "still attached %llu %s",
		            (unsigned long long)info->attached,
		            info->attached == 1 ? "time" : "times");
	if (args->seen[OPT_IF_KEY] && info->key != key)
		return fail(STATUS_REFUSED, word, "its key is 0x%08x, not %s",
		            (unsigned)info->key, args->typed[OPT_IF_KEY]);
	if (args->seen[OPT_IF_CREATOR] && info->creator_pid == 0)
		return fail(
			STATUS_REFUSED, word,
			"its creator is unknown: a process outside this pid namespace");
	if (args->seen[OPT_IF_CREATOR] && info->creator_pid != creator)
		return fail(STATUS_REFUSED, word, "made by process %d, not %lld",
		            (int)info->creator_pid, (long long)creator);
	return STATUS_OK;
}

static int remove_one(const struct args *args, const char *word, int id, key_t key)
{
	struct shmbox_info info;
	int rc = shmbox_stat(id, &info);
	int status;

	if (rc == -ENOENT && args->seen[OPT_FORCE])
		return STATUS_OK;
	if (rc < 0)
		return failed_on(SHMBOX_STAT, rc, word, id);
	status = guard(args, word, key, &info);
	if (status != STATUS_OK)
		return status;
	if (args->seen[OPT_DRY_RUN] && !shmbox_may_control(&info))
		return failed_on(SHMBOX_REMOVE, -EPERM, word, id);
	if (args->seen[OPT_DRY_RUN]) {
		printf("%s: would be %s\n", word, info.attached ? "marked" : "removed");
		return STATUS_OK;
	}
	rc = shmbox_remove(id);
	if (rc == -ENOENT && args->seen[OPT_FORCE])
		return STATUS_OK;
	if (rc < 0)
		return failed_on(SHMBOX_REMOVE, rc, word, id);
	if (rc > 0)
		note_marked(word, rc);
	else if (args->seen[OPT_VERBOSE])
		printf("%s: removed\n", word);
	return STATUS_OK;
}

static int run(const struct args *args)
{
	key_t key = 0;
	int status = args_key(args, OPT_IF_KEY, &key);

	if (status != STATUS_OK)
		return status;
	for (int i = 0; i < args->count; i++) {
		int id = args->seen[OPT_FORCE] ? operand_id_if_any(args, i, &status)
		                               : operand_id(args, i, &status);

		if (id >= 0)
			status = status_join(status,
			                     remove_one(args, args->words[i], id, key));
	}
	return status;
}

const struct applet applet_shmrm = {
	.name = "shmrm",
	.summary = "remove segments",
	.operands = "SEGMENT...",
	.options = options,
	.run = run,
	.capabilities = CAP(CAP_SYS_ADMIN),
};
