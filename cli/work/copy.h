/* copy.h - a copy of a range as it was at a single moment */
#ifndef COPY_H
#define COPY_H

#include "work/task.h"

/*
 * Makes a copy in memory of the range in task->job and puts it in place of the segment, which
 * it detaches. With freeze the copy is made while the processes that have the segment attached
 * are stopped; otherwise it is repeated until the range does not change meanwhile. Or says why
 * there is no copy. Returns a status.
 */
int replace_by_copy(struct shmbox_map *map, struct task *task, bool freeze);

#endif
