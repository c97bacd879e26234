/* print_bytes.h - the bytes of a segment to standard output */
#ifndef PRINT_BYTES_H
#define PRINT_BYTES_H

#include "work/task.h"

/*
 * Prints the range in task->job, as it is or as a hex dump; or says why it cannot, and sets
 * task->output_lost if standard output does not take the bytes. Returns a status.
 */
int print_bytes(const struct shmbox_map *map, struct task *task, bool hex);

/*
 * The same again and again, whenever a byte of the range has changed, until there was no change
 * for timeout nanoseconds. wakeable: as for snapshot_wait().
 */
int follow_bytes(const struct shmbox_map *map, struct task *task, bool hex,
                 uint64_t timeout, bool wakeable);

#endif
