/* shmcat - the bytes of segments to standard output */

#include <errno.h>
#include <unistd.h>

#include "applet.h"
#include "diag/diag.h"
#include "segment/operand.h"
#include "text/hex.h"
#include "text/text.h"
#include "work/task.h"

enum {
	OPT_OFFSET,
	OPT_LENGTH,
	OPT_HEX,
	OPT_NO_ATTACH,
	OPT_FREEZE,
	OPT_STABLE,
	OPT_FOLLOW,
	OPT_TIMEOUT,
	OPT_PROGRESS,
	OPT_VERBOSE,
};

static const struct opt options[] = {
	[OPT_OFFSET] = { 'o', "offset", KIND_OFFSET,
	                 "start at OFFSET; if negative, count from the end" },
	[OPT_LENGTH] = { 'l', "length", KIND_SIZE, "read exactly SIZE bytes" },
	[OPT_HEX] = { 'x', "hex", KIND_SWITCH, "print a hex dump with offsets and text" },
	[OPT_NO_ATTACH] = { 'A', "no-attach", KIND_SWITCH,
	                    "read through an attached process and leave no trace" },
	[OPT_FREEZE] = { 'Z', "freeze", KIND_SWITCH,
	                 "copy while the attached processes are stopped" },
	[OPT_STABLE] = { 'S', "stable", KIND_SWITCH,
	                 "repeat the copy until no change is seen for 20 ms" },
	[OPT_FOLLOW] = { 'F', "follow", KIND_SWITCH,
	                 "print the range again whenever it changes" },
	[OPT_TIMEOUT] = { 't', "timeout", KIND_DURATION,
	                  "stop following after DURATION without a change" },
	[OPT_PROGRESS] = { 'p', "progress", KIND_SWITCH, "report progress" },
	[OPT_VERBOSE] = { 'v', "verbose", KIND_SWITCH,
	                  "report how the bytes were transferred" },
	{ 0 },
};

static int add_to_dump(void *data, const void *bytes, uint64_t length)
{
	struct hex *hex = data;

	if (bytes)
		hex_add(hex, bytes, (size_t)length);
	else
		hex_add_zeros(hex, length);
	return hex->error;
}

/* The range goes to standard output, as it is or as a dump; -errno of either side. */
static int write_out(const struct args *args, const struct shmbox_map *map,
                     struct shmbox_job *job)
{
	struct hex hex = { .offset = job->offset };
	int rc;

	if (!args->seen[OPT_HEX])
		return shmbox_send(map, job);
	rc = shmbox_walk(map, job, add_to_dump, &hex);
	if (rc == 0)
		hex_end(&hex);
	return rc < 0 ? rc : hex.error;
}

static int send(const struct args *args, const struct shmbox_map *map, struct task *task)
{
	char words[TEXT_MAX];
	int rc;

	task->total = task->job.length;
	task->job.fd = STDOUT_FILENO;
	task_begin(task);
	rc = write_out(args, map, &task->job);
	task_end(task);
	if (rc == -ESRCH || (rc == -EPERM && map->holder.pid && task_done(task) == 0))
		return failed_on(SHMBOX_BORROW, rc, task->object, map->id);
	if (rc == -EFAULT || rc == -ENOMEM)
		return failed_on(SHMBOX_READ, rc, task->object, map->id);
	if (rc == 0)
		return STATUS_OK;
	io_words(words, rc);
	/* rows of a dump are no bytes of the segment */
	if (args->seen[OPT_HEX])
		return STOP |
		       fail(STATUS_FAILED, task->object, "standard output: %s", words);
	return STOP | fail(STATUS_FAILED, task->object,
	                   "standard output: %s: %llu bytes written", words,
	                   (unsigned long long)task_done(task));
}

/* A process has one tracer. */
static int refuse_traced(const char *object, const struct shmbox_map *map)
{
	char name[16] = "?";

	shmbox_process_name(map->tracer, name);
	fail(STATUS_DENIED, object,
	     "process %d has it attached, and is traced by %d (%s)", (int)map->unstopped,
	     (int)map->tracer, name);
	hint("end process %d, or let it detach, and try again", (int)map->tracer);
	return STATUS_DENIED;
}

/* From a copy, with nobody stopped or attached for as long as the reader takes. */
static int send_copy(const struct args *args, struct shmbox_map *map, struct task *task)
{
	struct shmbox_map copy;
	int rc = task_copy(task, map, args->seen[OPT_FREEZE], &copy);
	int status;

	if (rc == -ETIMEDOUT)
		return fail(STATUS_REFUSED, task->object,
		            "process %d holds it, and does not stop",
		            (int)map->unstopped);
	if (rc == -EALREADY)
		return refuse_traced(task->object, map);
	if (rc < 0)
		return failed_on(rc == -ESRCH ? SHMBOX_BORROW : SHMBOX_FREEZE, rc,
		                 task->object, map->id);
	shmbox_detach(map);
	status = send(args, &copy, task);
	shmbox_detach(&copy);
	return status;
}

/* What was printed, by its digest. */
struct printed {
	const struct shmbox_map *map;
	const struct shmbox_job *job;
	uint64_t digest;
};

static int look(void *data)
{
	const struct printed *printed = data;
	uint64_t digest;
	int rc = shmbox_digest(printed->map, printed->job->offset, printed->job->length,
	                       &digest);

	return rc < 0 ? rc : digest != printed->digest;
}

static int follow(const struct args *args, const struct shmbox_map *map,
                  struct task *task)
{
	struct printed printed = { .map = map, .job = &task->job };
	const struct shmbox_watch watch = {
		.look = look,
		.data = &printed,
		.timeout = args_size(args, OPT_TIMEOUT, SHMBOX_FOREVER),
		.map = map,
		/* in all of a segment no word is better than another */
		.wakeable = map->address && args->seen[OPT_LENGTH],
		.word = task->job.offset & ~UINT64_C(3),
	};
	int rc;

	do {
		int status;

		/* before it is printed: what changes meanwhile is printed again */
		rc = shmbox_digest(map, task->job.offset, task->job.length,
		                   &printed.digest);
		status = rc == 0 ? send(args, map, task) : STATUS_OK;
		if (status != STATUS_OK)
			return status;
		if (rc == 0)
			rc = shmbox_wait(&watch);
	} while (rc > 0);
	return failed_on(rc == -ESRCH ? SHMBOX_BORROW : SHMBOX_WAIT, rc, task->object,
	                 map->id);
}

static int write_segment(const struct args *args, struct shmbox_map *map,
                         struct task *task)
{
	if (args->seen[OPT_FREEZE] || args->seen[OPT_STABLE])
		return send_copy(args, map, task);
	return args->seen[OPT_FOLLOW] ? follow(args, map, task) : send(args, map, task);
}

static int cat(const struct args *args, const char *word, int id)
{
	bool borrow = args->seen[OPT_NO_ATTACH];
	struct task task = {
		.object = word,
		.progress = args->seen[OPT_PROGRESS],
		.verbose = args->seen[OPT_VERBOSE],
	};
	struct shmbox_map map;
	struct range range;
	int rc = borrow ? shmbox_borrow(id, &map)
	                : shmbox_attach(id, SHMBOX_READ_ONLY, &map);
	int status;

	if (rc < 0)
		return borrow ? failed_on(SHMBOX_BORROW, rc, word, id)
		              : failed_to_read(rc, word, id);
	status = resolve_range(
		word, map.size, args_offset(args, OPT_OFFSET, 0),
		args->seen[OPT_LENGTH] ? &args->option[OPT_LENGTH].size : NULL, &range);
	task.job.offset = range.offset;
	task.job.length = range.length;
	if (status == STATUS_OK)
		status = write_segment(args, &map, &task);
	shmbox_detach(&map);
	return status;
}

static int run(const struct args *args)
{
	if (args->seen[OPT_TIMEOUT] && !args->seen[OPT_FOLLOW])
		return misuse(NULL, "--timeout is for --follow");
	if (args->seen[OPT_FOLLOW] && args->count > 1)
		return misuse(args->words[1], "--follow goes with one SEGMENT");
	if (args->seen[OPT_FOLLOW] && (args->seen[OPT_FREEZE] || args->seen[OPT_STABLE]))
		return misuse(NULL, "--follow goes with neither --freeze nor --stable");
	return each_operand(args, cat);
}

const struct applet applet_shmcat = {
	.name = "shmcat",
	.summary = "write the bytes of segments to standard output",
	.operands = "SEGMENT...",
	.options = options,
	.run = run,
	.capabilities = CAP(CAP_IPC_OWNER) | CAP(CAP_SYS_PTRACE),
};
