/* SPDX-License-Identifier: MIT */
/* copy.h - a consistent copy of a range */
#ifndef COPY_H
#define COPY_H

#include "work/task.h"

/*
 * Copies the range in task->job to memory, and replaces the segment in *map, which is
 * detached, by the copy. With freeze, the processes that have the segment attached are
 * stopped during the copy; otherwise the copy is repeated until the range does not change
 * meanwhile. Reports a failure. Returns a status.
 */
int replace_by_copy(struct shmbox_map *map, struct task *task, bool freeze);

/*
 * Copies count segments at one point in time, while the holders of all of them are stopped:
 * copies[i] of maps[i], which messages call words[i]. The caller detaches the copies. Returns a
 * status.
 */
int freeze_and_copy_all(struct shmbox_map *maps, struct shmbox_map *copies,
                        const char *const *words, size_t count);

/* Reports why a copy could not be made. Returns a status. */
int report_failed_copy(const char *object, const struct shmbox_map *map, int rc);

#endif
