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

#endif
