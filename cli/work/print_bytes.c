/* SPDX-License-Identifier: MIT */
/* print_bytes.c - print the bytes of a segment */

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include <shmbox/shmbox.h>

#include "diag/diag.h"
#include "segment/snapshot.h"
#include "text/hex.h"
#include "text/io.h"
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

/* A line with the time, then the bytes, which are no line by themselves. */
static int print_round(const struct shmbox_map *map, struct task *task,
                       const struct follow *follow)
{
	char stamp[TEXT_MAX];
	int rc = 0;
	int status;

	if (follow->stamp) {
		size_t length = strlen(text_now(stamp));

		stamp[length++] = '\n';
		rc = write_all(STDOUT_FILENO, stamp, length);
	}
	if (rc < 0)
		return output_failure(task, rc, true);
	status = print_bytes(map, task, follow->hex);
	if (status != STATUS_OK || !follow->stamp || follow->hex)
		return status;
	rc = write_all(STDOUT_FILENO, "\n", 1);
	return rc < 0 ? output_failure(task, rc, true) : STATUS_OK;
}

int follow_bytes(const struct shmbox_map *map, struct task *task,
                 const struct follow *follow)
{
	struct snapshot printed = {
		.map = map,
		.offset = task->job.offset,
		.length = task->job.length,
		.printed = true,
	};
	/* only the words of an attached segment can be slept on */
	bool wakeable = map->address && follow->wakeable;
	int rc;

	do {
		int status;

		/* before printing, so that a change during it is printed too */
		rc = snapshot_take(&printed);
		status = rc == 0 ? print_round(map, task, follow) : STATUS_OK;
		if (status != STATUS_OK)
			return status;
		if (rc == 0)
			rc = snapshot_wait(&printed, follow->timeout, wakeable);
	} while (rc > 0);
	if (rc == -EPIPE)
		return output_failure(task, rc, true);
	return failed_on(rc == -ESRCH ? SHMBOX_BORROW : SHMBOX_WAIT, rc, task->object,
	                 map->id);
}
