/* print_bytes.h - the bytes of a segment to standard output */
#ifndef PRINT_BYTES_H
#define PRINT_BYTES_H

#include "work/task.h"

/*
 * Prints the range in task->job, as it is or as a hex dump; or says why it cannot. Returns a
 * status, with STOP if standard output does not take the bytes.
 */
int print_bytes(const struct shmbox_map *map, struct task *task, bool hex);

#endif
