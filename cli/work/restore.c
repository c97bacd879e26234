/* SPDX-License-Identifier: MIT */
/* restore.c - new segments from an archive: all of them, or none */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "diag/diag.h"
#include "text/text.h"
#include "work/child.h"
#include "work/restore.h"
#include "work/restore_spec.h"

/* Makes room for one more id. Signals are blocked, because a handler reads the list. */
static bool make_room(struct restore *restore)
{
	size_t room = restore->room ? 2 * restore->room : 16;
	struct restored *made;
	int *ids;

	if (restore->unfinished.count < restore->room)
		return true;
	made = realloc(restore->made, room * sizeof(*made));
	if (made)
		restore->made = made;
	ids = realloc(restore->unfinished.ids, room * sizeof(*ids));
	if (ids)
		restore->unfinished.ids = ids;
	if (!made || !ids)
		return false;
	restore->room = room;
	return true;
}

/* Notes a new segment, and the owner and mode that it gets at the end. */
static void note_made(struct restore *restore, int id)
{
	const struct restore_options *options = restore->options;
	const struct shmbox_member *member = &restore->archive->member;
	const struct owner *owner = &options->owner;
	size_t next = restore->unfinished.count++;
	struct restored *made = &restore->made[next];

	restore->unfinished.ids[next] = id;
	*made = (struct restored){
		.old_id = member->id,
		.size = member->size,
		.mode = args_mode(options->args, options->mode_option, member->mode),
		.uid = owner->has_user ? owner->user : member->owner_uid,
		.gid = owner->has_group ? owner->group : member->owner_gid,
	};
	text_cut(made->name, sizeof(made->name), member->name, strlen(member->name));
}

static int create(struct restore *restore, const struct shmbox_spec *spec)
{
	struct shmbox_spec sparse = *spec;
	sigset_t before;
	int id = -ENOMEM;

	new_segment_begin(&before);
	if (make_room(restore))
		id = shmbox_create(spec);
	if (id == -ENOMEM &&
	    restore->archive->member.stored < restore->archive->member.size) {
		/* a segment with holes may be larger than the memory */
		sparse.noreserve = true;
		id = shmbox_create(&sparse);
	}
	if (id >= 0)
		note_made(restore, id);
	new_segment_end(&before);
	return id;
}

static int fill(void *data)
{
	struct archive_shared *shared = data;

	return shmbox_restore_data(&shared->reader, shared->map, &shared->task.job);
}

/* Large data is stored by a child, which the kernel kills first if memory runs out. */
static int fill_segment(struct restore *restore, const struct shmbox_map *map)
{
	struct archive *archive = restore->archive;
	struct archive_shared *shared = archive->shared;
	uint64_t stored = archive->member.stored;
	int rc;

	shared->map = map;
	shared->task.object = archive->member.name;
	if (stored > MUCH_MEMORY && memory_is_short(stored))
		rc = -ENOMEM;
	else
		rc = stored > MUCH_MEMORY
		             ? run_in_child(fill, shared, &shared->task.killed)
		             : fill(shared);
	if (rc == -EFAULT || rc == -ENOMEM)
		return task_out_of_memory(&shared->task);
	task_next(&shared->task);
	return rc < 0 ? archive_failed(archive, rc) : STATUS_OK;
}

static int make_member(struct restore *restore)
{
	const struct shmbox_member *member = &restore->archive->member;
	struct shmbox_spec spec;
	struct shmbox_map map;
	int status = restore_spec(restore, &spec);
	int id = status == STATUS_OK ? create(restore, &spec) : 0;
	int rc;

	if (status != STATUS_OK)
		return status;
	if (id < 0)
		return restore_cannot(restore, id, &spec);
	if (spec.want_id && id != spec.id)
		return fail(STATUS_EXISTS, member->name, "the kernel gave another id");
	if (member->huge_page > 0 && !spec.huge_page)
		note(member->name, "restored without huge pages");
	rc = member->locked ? shmbox_lock(id, true) : 0;
	if (rc < 0)
		return failed_on(SHMBOX_LOCK, rc, member->name, id);
	rc = shmbox_attach(id, 0, &map);
	if (rc < 0)
		return failed_on(SHMBOX_ATTACH, rc, member->name, id);
	status = fill_segment(restore, &map);
	shmbox_detach(&map);
	return status;
}

/* Sets owner and mode in one step. */
static int hand_over(const struct restore *restore, size_t index)
{
	const struct restore_options *options = restore->options;
	const struct restored *made = &restore->made[index];
	const struct shmbox_change change = {
		.set_mode = true,
		.mode = made->mode,
		.set_uid = options->owner.has_user || options->same_owner,
		.uid = made->uid,
		.set_gid = options->owner.has_group || options->same_owner,
		.gid = made->gid,
	};
	int rc = shmbox_modify(restore->unfinished.ids[index], &change);

	if (rc == -EINVAL) {
		fail(STATUS_FAILED, made->name,
		     "its owner (%u:%u) does not exist in this user namespace",
		     (unsigned)made->uid, (unsigned)made->gid);
		hint("use --no-same-owner or --owner");
		return STATUS_FAILED;
	}
	return rc < 0 ? failed_on(SHMBOX_CHANGE, rc, made->name,
	                          restore->unfinished.ids[index])
	              : STATUS_OK;
}

/* Reads a file ahead: it is checked, its size is known, and whether it contains sums. */
static int plan(struct restore *restore, unsigned *flags)
{
	struct archive *archive = restore->archive;
	int status;

	*flags = 0;
	if (!archive->is_file)
		return STATUS_OK;
	status = restore_check(restore, false);
	archive->shared->task.total = restore->bytes;
	if (!archive->shared->reader.has_sums)
		*flags = SHMBOX_NO_SUMS;
	return status;
}

int restore_make(struct restore *restore)
{
	struct archive *archive = restore->archive;
	struct task *task = &archive->shared->task;
	unsigned flags;
	int status = plan(restore, &flags);

	if (status == STATUS_OK)
		status = archive_begin(archive, flags);
	if (status != STATUS_OK)
		return status;
	task->progress = restore->options->progress;
	task->object = archive->name;
	unfinished_begin(&restore->unfinished);
	task_begin(task);
	while (status == STATUS_OK && archive_next(archive, &status))
		status = make_member(restore);
	task->object = archive->name;
	task_end(task);
	for (size_t i = 0; status == STATUS_OK && i < restore->unfinished.count; i++)
		status = hand_over(restore, i);
	if (status != STATUS_OK)
		unfinished_remove();
	return status;
}

void restore_free(struct restore *restore)
{
	free(restore->made);
	free(restore->unfinished.ids);
}
