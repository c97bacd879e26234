/* SPDX-License-Identifier: MIT */
/* create.c - create a segment with its size, content, owner and mode */

#include <errno.h>
#include <string.h>

#include "diag/diag.h"
#include "segment/operand.h"
#include "work/create.h"
#include "work/new_segment.h"
#include "work/progress.h"

int creation_may_last(const struct creation *creation)
{
	const struct shmbox_ref ref = { .by_key = true, .key = creation->spec.key };

	/* an existing segment has another creator */
	if (shmbox_rmid_forced() != 1 || (creation->reuse && shmbox_lookup(ref) >= 0))
		return STATUS_OK;
	fail(STATUS_REFUSED, NULL,
	     "kernel.shm_rmid_forced is 1: the segment would be removed when this "
	     "command exits");
	hint("use shmattach scratch:SIZE COMMAND to keep one while COMMAND runs");
	return STATUS_REFUSED;
}

static int empty(const char *path)
{
	bool standard = strcmp(path, "-") == 0;

	return fail(STATUS_FAILED, standard ? NULL : path,
	            "%s is empty; a segment needs at least 1 byte",
	            standard ? "standard input" : "the file");
}

int creation_open_input(struct creation *creation, const char *path, bool measure)
{
	struct input *input = &creation->input;
	struct shmbox_spec *spec = &creation->spec;
	int status;

	progress_listen();
	input->progress = creation->progress;
	status = input_open(input, path);
	if (status == STATUS_OK && measure)
		status = input_measure(input);
	if (status != STATUS_OK)
		return status;
	if (measure && input->length == 0)
		return empty(path);
	if (measure)
		spec->size = input->length;
	input->fresh = true;
	status = input_check(input, spec->size, 0, creation->size);
	/* an input with holes may be larger than the memory it needs */
	spec->filled |= input->measured && input->memory == spec->size;
	return status;
}

/* ---- creating ---- */

static enum shmbox_op op_of(const struct creation *creation)
{
	return creation->reuse ? SHMBOX_OBTAIN : SHMBOX_CREATE;
}

/*
 * Reports the failure on the word that caused it: the huge pages, the id, the key, or the
 * size. Returns a status.
 */
static int cannot_create(const struct creation *creation, int rc)
{
	bool found = rc == -EEXIST || rc == -EACCES;
	const char *object = found ? creation->key : NULL;
	struct shmbox_cause cause;

	if (rc == -ENOTRECOVERABLE) {
		fail(STATUS_FAILED, creation->wanted_id,
		     "not created, but a segment of 1 byte with this id remains");
		hint("shmrm %d", creation->spec.id);
		return STATUS_FAILED;
	}
	shmbox_explain(op_of(creation), rc, &creation->spec, &cause);
	if (cause.kind == SHMBOX_CAUSE_HUGE_SIZE || cause.kind == SHMBOX_CAUSE_HUGE_RIGHT)
		object = creation->huge_page;
	else if (cause.kind == SHMBOX_CAUSE_ID_TAKEN ||
	         cause.kind == SHMBOX_CAUSE_ID_RIGHT)
		object = creation->wanted_id;
	return failed(op_of(creation), rc, object ? object : creation->size,
	              &creation->spec);
}

int creation_would_fit(const struct creation *creation)
{
	int rc = shmbox_would_fit(op_of(creation), &creation->spec);

	return rc < 0 ? cannot_create(creation, rc) : STATUS_OK;
}

/* Stores the id, or a negated errno, in creation->id. */
static void obtain(struct creation *creation)
{
	creation->created = true;
	new_segment_begin(&creation->blocked);
	creation->id = creation->reuse
	                       ? shmbox_obtain(&creation->spec, &creation->created)
	                       : shmbox_create(&creation->spec);
	new_segment_created(creation->created ? creation->id : -1, &creation->blocked);
}

/* ---- filling ---- */

/* Pages that contain only zeros get no memory, unless populate is set. */
static int fill(struct creation *creation)
{
	bool all = creation->populate;
	struct task task = {
		.object = creation->size,
		.progress = creation->progress,
		.verbose = creation->verbose,
	};
	struct shmbox_map map;
	int rc = shmbox_attach(creation->id, 0, &map);
	int status = STATUS_OK;

	if (rc < 0)
		return failed_on(SHMBOX_ATTACH, rc, creation->size, creation->id);
	if (all) {
		task.total = map.size;
		task.job.length = map.size;
		status = task_run(&task, &map, shmbox_populate);
	}
	task.job = (struct shmbox_job){ .flags = all ? 0 : SHMBOX_SPARSE };
	if (status == STATUS_OK && creation->write_input)
		status = input_write(&creation->input, &map, &task);
	shmbox_detach(&map);
	return status;
}

/* During filling only this process has access; then owner and mode change in one step. */
static int complete(struct creation *creation)
{
	int status = STATUS_OK;
	int rc = creation->lock ? shmbox_lock(creation->id, true) : 0;

	if (rc < 0)
		return failed_on(SHMBOX_LOCK, rc, creation->size, creation->id);
	if (creation->populate || creation->write_input)
		status = fill(creation);
	if (status == STATUS_OK && creation->change_access) {
		rc = shmbox_modify(creation->id, &creation->access);
		if (rc < 0)
			status = failed_on(SHMBOX_CHANGE, rc, creation->size,
			                   creation->id);
	}
	return status;
}

int creation_begin(struct creation *creation)
{
	/*
	 * the kernel creates segments larger than memory, and kills the process that
	 * fills them
	 */
	int rc = creation->spec.filled
	                 ? shmbox_would_fit(op_of(creation), &creation->spec)
	                 : 0;

	creation->id = -1;
	if (rc == -ENOMEM)
		return cannot_create(creation, rc);
	obtain(creation);
	if (creation->id < 0)
		return cannot_create(creation, creation->id);
	if (!creation->created)
		return STATUS_OK;
	if (creation->spec.want_id && creation->id != creation->spec.id)
		return fail(STATUS_EXISTS, creation->wanted_id,
		            "the kernel assigned another id");
	return complete(creation);
}

void creation_end(struct creation *creation, bool keep)
{
	if (creation->id < 0)
		return;
	if (!keep && creation->created)
		remove_created(creation->size, creation->id);
	new_segment_end(&creation->blocked);
}
