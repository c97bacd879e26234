/* SPDX-License-Identifier: MIT */
/* hold_segment.c - attach the segment to hold, and name it to COMMAND */

#include <stdio.h>
#include <stdlib.h>

#include <shmbox/shmbox.h>

#include "diag/diag.h"
#include "segment/operand.h"
#include "text/text.h"
#include "work/hold_segment.h"
#include "work/new_segment.h"
#include "work/task.h"

static int attach(const char *object, int id, unsigned flags, struct shmbox_map *map)
{
	int rc = shmbox_attach(id, flags, map);

	if (rc < 0 && flags)
		return failed_to_read(rc, object, id);
	return rc < 0 ? failed_on(SHMBOX_ATTACH, rc, object, id) : STATUS_OK;
}

/*
 * Once the segment is marked, the kernel removes it with its last attach, however this
 * process ends. Before that only SIGKILL could leave it behind, within two system calls.
 */
static int attach_scratch(const char *object, uint64_t size, unsigned flags,
                          struct shmbox_map *map)
{
	const struct shmbox_spec spec = { .size = size, .mode = 0600 };
	int status = STATUS_OK;
	sigset_t before;
	int id;

	new_segment_begin(&before);
	id = shmbox_create(&spec);
	if (id >= 0)
		status = attach(object, id, flags | SHMBOX_MARK, map);
	if (status != STATUS_OK)
		remove_created(object, id);
	new_segment_end(&before);
	return id < 0 ? failed(SHMBOX_CREATE, id, object, &spec) : status;
}

static int attach_operand(const struct args *args, unsigned flags, struct shmbox_map *map)
{
	const struct segment *segment = &args->values[0].segment;
	int status = STATUS_OK;
	int id;

	if (segment->scratch)
		return attach_scratch(args->words[0], segment->scratch_size, flags, map);
	id = operand_id(args, 0, &status);
	return id < 0 ? status : attach(args->words[0], id, flags, map);
}

static int populate(const char *object, const struct shmbox_map *map)
{
	struct task task = {
		.object = object,
		.total = map->size,
		.job.length = map->size,
	};

	return task_fill(&task, map, shmbox_populate) < 0 ? task_out_of_memory(&task)
	                                                  : STATUS_OK;
}

int hold_segment(const struct args *args, const struct hold_options *options,
                 struct shmbox_map *map)
{
	int status = attach_operand(args, options->read_only ? SHMBOX_READ_ONLY : 0, map);
	int rc;

	if (status != STATUS_OK)
		return status;
	rc = options->lock ? shmbox_lock(map->id, true) : 0;
	if (rc < 0)
		return failed_on(SHMBOX_LOCK, rc, args->words[0], map->id);
	return options->populate ? populate(args->words[0], map) : STATUS_OK;
}

int hold_environment(const char *object, const struct shmbox_map *map)
{
	struct shmbox_info info;
	char id[TEXT_MAX];
	char size[TEXT_MAX];
	char key[TEXT_MAX];
	int rc = shmbox_stat(map->id, &info);

	if (rc < 0)
		return failed_on(SHMBOX_STAT, rc, object, map->id);
	snprintf(id, sizeof(id), "%d", map->id);
	snprintf(size, sizeof(size), "%llu", (unsigned long long)map->size);
	snprintf(key, sizeof(key), "0x%08x", (unsigned)info.key);
	if (setenv("SHM_ID", id, 1) < 0 || setenv("SHM_SIZE", size, 1) < 0 ||
	    setenv("SHM_KEY", key, 1) < 0)
		return out_of_memory();
	return STATUS_OK;
}
