/* print_bytes.c - print the bytes of a segment */

#include <errno.h>
#include <unistd.h>

#include <shmbox/shmbox.h>

#include "diag/diag.h"
#include "segment/snapshot.h"
#include "text/hex.h"
#include "text/text.h"
#include "work/print_bytes.h"

static int add_to_dump(void *data, const void *bytes, uint64_t length)
{
	struct hex *hex = data;

	if (bytes)
		hex_add(hex, bytes, (size_t)length);
	else
		hex_add_zeros(hex, length);
	return hex->error;
}

static int dump(const struct shmbox_map *map, struct shmbox_job *job)
{
	struct hex hex = { .offset = job->offset };
	int rc = shmbox_walk(map, job, add_to_dump, &hex);

	if (rc == 0)
		hex_end(&hex);
	return rc < 0 ? rc : hex.error;
}

static int output_failure(struct task *task, int rc, bool hex)
{
	char words[TEXT_MAX];
	char done[TEXT_MAX];

	task->output_lost = true;
	io_words(words, rc);
	/* the length of a dump is not that of the range */
	if (hex)
		return fail(STATUS_FAILED, task->object, "standard output: %s", words);
	return fail(STATUS_FAILED, task->object, "standard output: %s: %s written", words,
	            text_count(done, task_done(task), "byte"));
}

int print_bytes(const struct shmbox_map *map, struct task *task, bool hex)
{
	int rc;

	task->total = task->job.length;
	task->job.fd = STDOUT_FILENO;
	task_begin(task);
	rc = hex ? dump(map, &task->job) : shmbox_send(map, &task->job);
	task_end(task);
	if (rc == -ESRCH || (rc == -EPERM && map->holder.pid && task_done(task) == 0))
		return failed_on(SHMBOX_BORROW, rc, task->object, map->id);
	if (rc == -EFAULT || rc == -ENOMEM)
		return failed_on(SHMBOX_READ, rc, task->object, map->id);
	return rc == 0 ? STATUS_OK : output_failure(task, rc, hex);
}

int follow_bytes(const struct shmbox_map *map, struct task *task, bool hex,
                 uint64_t timeout, bool wakeable)
{
	struct snapshot printed = {
		.map = map,
		.offset = task->job.offset,
		.length = task->job.length,
	};
	int rc;

	do {
		int status;

		/* before printing, so that a change during it is printed too */
		rc = snapshot_take(&printed);
		status = rc == 0 ? print_bytes(map, task, hex) : STATUS_OK;
		if (status != STATUS_OK)
			return status;
		/* futex(2) requires an attached segment */
		if (rc == 0)
			rc = snapshot_wait(&printed, timeout, map->address && wakeable);
	} while (rc > 0);
	return failed_on(rc == -ESRCH ? SHMBOX_BORROW : SHMBOX_WAIT, rc, task->object,
	                 map->id);
}
