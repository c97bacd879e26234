/* shmcreate - create a segment, print its id */

#include <errno.h>
#include <stdio.h>

#include "applet.h"
#include "diag/diag.h"
#include "segment/operand.h"
#include "text/io.h"
#include "text/json.h"
#include "text/names.h"
#include "text/text.h"
#include "work/input.h"
#include "work/new_segment.h"
#include "work/progress.h"

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

/* What is to be made, and what a message calls it: see cannot(). */
struct plan {
	struct shmbox_spec spec;
	struct input input;
	const char *size;
	const char *key;
};

/* Says why not, and of which word: the huge pages, the id, the key, or else the size. */
static int cannot(const struct args *args, const struct plan *plan, enum shmbox_op op,
                  int rc)
{
	bool found = rc == -EEXIST || rc == -EACCES;
	const char *object = found ? plan->key : NULL;
	struct shmbox_cause cause;

	if (rc == -ENOTRECOVERABLE) {
		fail(STATUS_FAILED, args->typed[OPT_ID],
		     "failed, and a segment of 1 byte with this id remains");
		hint("shmrm %d", plan->spec.id);
		return STATUS_FAILED;
	}
	shmbox_explain(op, rc, &plan->spec, &cause);
	if (cause.kind == SHMBOX_CAUSE_HUGE_SIZE || cause.kind == SHMBOX_CAUSE_HUGE_RIGHT)
		object = args->typed[OPT_HUGE];
	else if (cause.kind == SHMBOX_CAUSE_ID_TAKEN ||
	         cause.kind == SHMBOX_CAUSE_ID_RIGHT)
		object = args->typed[OPT_ID];
	return failed(op, rc, object ? object : plan->size, &plan->spec);
}

static int read_options(const struct args *args, struct plan *plan)
{
	struct shmbox_spec *spec = &plan->spec;
	bool by_key = args->seen[OPT_KEY] && !args->option[OPT_KEY].key.new_key;

	if (args->seen[OPT_REUSE] && !by_key)
		return misuse(
			NULL,
			"--reuse wants --key: a new segment has nothing to be found by");
	if (!args->count && !args->seen[OPT_INPUT])
		return misuse(NULL, "SIZE is missing");
	if (args->count && args->values[0].size == 0)
		return misuse(args->words[0], "a segment has at least 1 byte");
	if (args->seen[OPT_HUGE] && args_size(args, OPT_HUGE, 0) == 0)
		return misuse(args->typed[OPT_HUGE], "a huge page has at least 1 byte");
	plan->size = args->count ? args->words[0] : args->typed[OPT_INPUT];
	plan->key = args->typed[OPT_KEY];
	*spec = (struct shmbox_spec){
		.new_key = args->seen[OPT_KEY] && !by_key,
		.size = args->count ? args->values[0].size : 0,
		.mode = 0600,
		.huge_page = args_size(args, OPT_HUGE, 0),
		.noreserve = args->seen[OPT_NORESERVE],
		.filled = args->seen[OPT_POPULATE],
		.want_id = args->seen[OPT_ID],
		.id = (int)args->option[OPT_ID].number,
	};
	return by_key ? args_key(args, OPT_KEY, &spec->key) : STATUS_OK;
}

/* Without SIZE the input's length counts, so all of it has to be seen before. */
static int open_input(const struct args *args, struct plan *plan)
{
	int status;

	if (!args->seen[OPT_INPUT])
		return STATUS_OK;
	progress_listen();
	plan->input.progress = args->seen[OPT_PROGRESS];
	status = input_open(&plan->input, args_text(args, OPT_INPUT, "-"));
	if (status == STATUS_OK && !args->count)
		status = input_measure(&plan->input);
	if (status != STATUS_OK)
		return status;
	if (!args->count && plan->input.length == 0)
		return fail(STATUS_FAILED, plan->size,
		            "is empty, and a segment has at least 1 byte");
	if (!args->count)
		plan->spec.size = plan->input.length;
	plan->input.fresh = true;
	status = input_check(&plan->input, plan->spec.size, 0, plan->size);
	/* what it leaves out may be more than there is memory for */
	plan->spec.filled |=
		plan->input.measured && plan->input.memory == plan->spec.size;
	return status;
}

/* What --reuse finds lives already, and will. */
static int refuse_short_life(const struct args *args, const struct plan *plan)
{
	const struct shmbox_ref ref = { .by_key = true, .key = plan->spec.key };

	if (shmbox_rmid_forced() != 1 ||
	    (args->seen[OPT_REUSE] && shmbox_lookup(ref) >= 0))
		return STATUS_OK;
	fail(STATUS_REFUSED, NULL,
	     "kernel.shm_rmid_forced is 1: the segment would die with this command");
	hint("shmattach scratch:SIZE COMMAND holds one while COMMAND runs");
	return STATUS_REFUSED;
}

/* A segment that is not to have all its pages needs none for zeros. */
static int fill(const struct args *args, struct plan *plan, int id)
{
	bool all = args->seen[OPT_POPULATE];
	struct task task = {
		.object = plan->size,
		.progress = args->seen[OPT_PROGRESS],
		.verbose = args->seen[OPT_VERBOSE],
	};
	struct shmbox_map map;
	int rc = shmbox_attach(id, 0, &map);
	int status = STATUS_OK;

	if (rc < 0)
		return failed_on(SHMBOX_ATTACH, rc, plan->size, id);
	if (all) {
		task.total = map.size;
		task.job.length = map.size;
		status = task_run(&task, &map, shmbox_populate);
	}
	task.job = (struct shmbox_job){ .flags = all ? 0 : SHMBOX_SPARSE };
	if (status == STATUS_OK && args->seen[OPT_INPUT])
		status = input_write(&plan->input, &map, &task);
	shmbox_detach(&map);
	return status;
}

/* Filled while only we may look; then owner and mode, in one step. */
static int finish_segment(const struct args *args, struct plan *plan, int id)
{
	const struct owner *owner = &args->option[OPT_OWNER].owner;
	struct shmbox_change change = {
		.set_mode = true,
		.mode = args_mode(args, OPT_MODE, 0600),
		.set_uid = owner->has_user,
		.uid = owner->user,
		.set_gid = owner->has_group,
		.gid = owner->group,
	};
	int status = STATUS_OK;
	int rc = args->seen[OPT_LOCK] ? shmbox_lock(id, true) : 0;

	if (rc < 0)
		return failed_on(SHMBOX_LOCK, rc, plan->size, id);
	if (args->seen[OPT_POPULATE] || args->seen[OPT_INPUT])
		status = fill(args, plan, id);
	if (status == STATUS_OK && (args->seen[OPT_MODE] || args->seen[OPT_OWNER])) {
		rc = shmbox_set(id, &change);
		if (rc < 0)
			status = failed_on(SHMBOX_CHANGE, rc, plan->size, id);
	}
	return status;
}

static int print(const struct args *args, const struct plan *plan, int id, bool created)
{
	struct shmbox_info info = { 0 };
	struct json json = { 0 };
	char key[TEXT_MAX];
	int rc;

	if (!args->seen[OPT_JSON]) {
		fprintf(output, "%d\n", id);
		return STATUS_OK;
	}
	rc = shmbox_stat(id, &info);
	if (rc < 0)
		return failed_on(SHMBOX_STAT, rc, plan->size, id);
	snprintf(key, sizeof(key), "0x%08x", (unsigned)info.key);
	json_begin(&json);
	json_number(&json, "id", id);
	json_text(&json, "key", key);
	json_count(&json, "size", info.size);
	json_bool(&json, "created", created);
	json_end(&json);
	return STATUS_OK;
}

static int would_fit(const struct args *args, const struct plan *plan)
{
	enum shmbox_op op = args->seen[OPT_REUSE] ? SHMBOX_OBTAIN : SHMBOX_CREATE;
	int rc = shmbox_would_fit(op, &plan->spec);

	if (rc < 0)
		return cannot(args, plan, op, rc);
	if (args->seen[OPT_JSON]) {
		struct json json = { 0 };

		json_begin(&json);
		json_count(&json, "size", plan->spec.size);
		json_bool(&json, "fits", true);
		json_end(&json);
	} else {
		fprintf(output, "would fit\n");
	}
	return STATUS_OK;
}

static int create(const struct args *args, struct plan *plan)
{
	enum shmbox_op op = args->seen[OPT_REUSE] ? SHMBOX_OBTAIN : SHMBOX_CREATE;
	bool created = true;
	int status = STATUS_OK;
	sigset_t before;
	int id;

	/* the kernel makes what it could never fill, and ends whoever tries */
	id = plan->spec.filled ? shmbox_would_fit(op, &plan->spec) : 0;
	if (id == -ENOMEM)
		return cannot(args, plan, op, id);
	new_segment_begin(&before);
	if (args->seen[OPT_REUSE])
		id = shmbox_obtain(&plan->spec, &created);
	else
		id = shmbox_create(&plan->spec);
	new_segment_is(created ? id : -1, &before);
	if (id < 0)
		return cannot(args, plan, op, id);
	if (created && args->seen[OPT_ID] && id != plan->spec.id)
		status = fail(STATUS_EXISTS, args->typed[OPT_ID],
		              "the kernel gave another id");
	else if (created)
		status = finish_segment(args, plan, id);
	if (status == STATUS_OK)
		status = print(args, plan, id, created);
	/* a segment that nobody learns of is a leak */
	if (status == STATUS_OK && !close_output())
		status = STATUS_FAILED;
	if (status != STATUS_OK && created)
		remove_made(plan->size, id);
	new_segment_end(&before);
	return status;
}

static int run(const struct args *args)
{
	struct plan plan = { 0 };
	int status = read_options(args, &plan);

	if (status == STATUS_OK)
		status = refuse_short_life(args, &plan);
	if (status == STATUS_OK)
		status = open_input(args, &plan);
	if (status == STATUS_OK)
		status = args->seen[OPT_DRY_RUN] ? would_fit(args, &plan)
		                                 : create(args, &plan);
	input_close(&plan.input);
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
