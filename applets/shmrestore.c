/* SPDX-License-Identifier: MIT */
/* shmrestore - create the segments of an archive, print their ids */

#include <stdio.h>
#include <unistd.h>

#include "applet.h"
#include "diag/diag.h"
#include "list/members.h"
#include "text/io.h"
#include "text/text.h"
#include "work/progress.h"
#include "work/restore.h"

enum {
	OPT_LIST,
	OPT_DRY_RUN,
	OPT_ONLY,
	OPT_SAME_ID,
	OPT_NEW_KEYS,
	OPT_NO_KEYS,
	OPT_SAME_OWNER,
	OPT_NO_SAME_OWNER,
	OPT_ORDINARY_PAGES,
	OPT_MODE,
	OPT_OWNER,
	OPT_JSON,
	OPT_PROGRESS,
	OPT_VERBOSE,
};

static const struct opt options[] = {
	[OPT_LIST] = { 'l', "list", KIND_SWITCH,
	               "list the segments of the archive, and create nothing" },
	[OPT_DRY_RUN] = { 'n', "dry-run", KIND_SWITCH,
	                  "check the archive and the limits, and create nothing" },
	[OPT_ONLY] = { 'O', "only", KIND_TEXT,
	               "restore only these members; a comma separates names" },
	[OPT_SAME_ID] = { 'I', "same-id", KIND_SWITCH,
	                  "request the ids that the segments had" },
	[OPT_NEW_KEYS] = { 'R', "new-keys", KIND_SWITCH,
	                   "give random unused keys to segments that had a key" },
	[OPT_NO_KEYS] = { 'K', "no-keys", KIND_SWITCH, "create segments without keys" },
	[OPT_SAME_OWNER] = { 's', "same-owner", KIND_SWITCH,
	                     "restore the owners; this is the default for root" },
	[OPT_NO_SAME_OWNER] = { 'S', "no-same-owner", KIND_SWITCH,
	                        "let all segments belong to you" },
	[OPT_ORDINARY_PAGES] = { 'P', "ordinary-pages", KIND_SWITCH,
	                         "use ordinary pages where huge pages were used" },
	[OPT_MODE] = { 'm', "mode", KIND_MODE,
	               "set these permissions in place of the stored ones" },
	[OPT_OWNER] = { 'u', "owner", KIND_OWNER,
	                "give the segments to this user and group" },
	[OPT_JSON] = { 'J', "json", KIND_SWITCH, "print JSON" },
	[OPT_PROGRESS] = { 'p', "progress", KIND_SWITCH, "report progress" },
	[OPT_VERBOSE] = { 'v', "verbose", KIND_SWITCH,
	                  "print the old id, the new id and the key" },
	{ 0 },
};

static int list(const struct args *args, struct archive *archive)
{
	struct members members;
	int status = archive_begin(archive, SHMBOX_NO_SUMS);

	if (status != STATUS_OK)
		return status;
	members_begin(&members, args->seen[OPT_JSON]);
	while (archive_next(archive, &status))
		members_add(&members, &archive->member);
	return status_join(status, members_end(&members));
}

static void print_line(const struct args *args, const struct restored *made, int id)
{
	struct shmbox_info info = { 0 };

	if (!args->seen[OPT_VERBOSE]) {
		fprintf(output, "%d\n", id);
		return;
	}
	shmbox_stat(id, &info);
	if (made->old_id >= 0)
		fprintf(output, "%d", made->old_id);
	else
		fprintf(output, "-");
	fprintf(output, info.key ? " %d 0x%08x\n" : " %d -\n", id, (unsigned)info.key);
}

static void print_object(struct json *json, const struct restored *made, int id)
{
	struct shmbox_info info = { 0 };
	char key[TEXT_MAX];

	shmbox_stat(id, &info);
	snprintf(key, sizeof(key), "0x%08x", (unsigned)info.key);
	json_open(json, NULL, '{');
	json_text(json, "name", made->name);
	json_number(json, "id", id);
	if (made->old_id >= 0)
		json_number(json, "oldid", made->old_id);
	else
		json_null(json, "oldid");
	json_text(json, "key", key);
	json_count(json, "size", made->size);
	json_close(json, '}');
}

static void print_made(const struct args *args, const struct restore *restore)
{
	const struct unfinished *ids = &restore->unfinished;
	struct json json = { 0 };

	if (!args->seen[OPT_JSON]) {
		for (size_t i = 0; i < ids->count; i++)
			print_line(args, &restore->made[i], ids->ids[i]);
		return;
	}
	json_begin(&json);
	json_open(&json, "sharedmemory", '[');
	for (size_t i = 0; i < ids->count; i++)
		print_object(&json, &restore->made[i], ids->ids[i]);
	json_close(&json, ']');
	json_end(&json);
}

static int make(const struct args *args, struct restore *restore)
{
	int status;

	if (shmbox_rmid_forced() == 1) {
		fail(STATUS_REFUSED, NULL,
		     "kernel.shm_rmid_forced is 1: segments would die with this command");
		hint("sysctl -w kernel.shm_rmid_forced=0");
		return STATUS_REFUSED;
	}
	status = restore_make(restore);
	if (status != STATUS_OK)
		return status;
	print_made(args, restore);
	/* a segment that no process learns of is a leak */
	if (close_output()) {
		unfinished_end();
		return STATUS_OK;
	}
	unfinished_remove();
	return STATUS_FAILED;
}

static int dry_run(const struct args *args, struct restore *restore)
{
	int status = restore_check(restore, true);
	char size[TEXT_MAX];

	if (status == STATUS_OK && !args->seen[OPT_JSON])
		fprintf(output, "would restore %llu segment%s, %s\n",
		        (unsigned long long)restore->count,
		        restore->count == 1 ? "" : "s", text_size(size, restore->bytes));
	if (status == STATUS_OK && args->seen[OPT_JSON]) {
		struct json json = { 0 };

		json_begin(&json);
		json_count(&json, "segments", restore->count);
		json_count(&json, "size", restore->bytes);
		json_bool(&json, "fits", true);
		json_end(&json);
	}
	return status;
}

static int run(const struct args *args)
{
	const struct restore_options how = {
		.args = args,
		.mode_option = OPT_MODE,
		.owner = args->option[OPT_OWNER].owner,
		.same_owner = (geteuid() == 0 || args->seen[OPT_SAME_OWNER]) &&
		              !args->seen[OPT_NO_SAME_OWNER],
		.same_id = args->seen[OPT_SAME_ID],
		.new_keys = args->seen[OPT_NEW_KEYS],
		.no_keys = args->seen[OPT_NO_KEYS],
		.ordinary_pages = args->seen[OPT_ORDINARY_PAGES],
		.progress = args->seen[OPT_PROGRESS],
	};
	struct archive archive = { .only = args_text(args, OPT_ONLY, NULL) };
	struct restore restore = { .options = &how, .archive = &archive };
	int status;

	if (args->seen[OPT_NEW_KEYS] && args->seen[OPT_NO_KEYS])
		return misuse(NULL, "--new-keys and --no-keys cannot be combined");
	progress_listen();
	status = archive_open(&archive, args->count ? args->values[0].text : NULL);
	if (status == STATUS_OK && args->seen[OPT_LIST])
		status = list(args, &archive);
	else if (status == STATUS_OK && args->seen[OPT_DRY_RUN])
		status = dry_run(args, &restore);
	else if (status == STATUS_OK)
		status = make(args, &restore);
	restore_free(&restore);
	archive_close(&archive);
	return status;
}

const struct applet applet_shmrestore = {
	.name = "shmrestore",
	.summary = "create the segments of an archive, and print their ids",
	.operands = "[PATH]",
	.options = options,
	.run = run,
	.capabilities = CAP(CAP_IPC_LOCK) | CAP(CAP_SYS_ADMIN),
	.changes = CHANGES,
};
