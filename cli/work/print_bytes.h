/* print_bytes.h - print the bytes of a segment */
#ifndef PRINT_BYTES_H
#define PRINT_BYTES_H

#include "work/task.h"

/*
 * Prints the range in task->job, as raw bytes or as a hex dump. Reports a failure, and
 * sets task->output_lost if it concerns standard output. Returns a status.
 */
int print_bytes(const struct shmbox_map *map, struct task *task, bool hex);

/*
 * Prints the range, and again whenever a byte has changed, until there is no change for
 * timeout nanoseconds. wakeable is as for snapshot_wait(). Returns a status.
 */
int follow_bytes(const struct shmbox_map *map, struct task *task, bool hex,
                 uint64_t timeout, bool wakeable);

#endif
