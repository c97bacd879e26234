/* SPDX-License-Identifier: MIT */
/* print_bytes.h - print the bytes of a segment */
#ifndef PRINT_BYTES_H
#define PRINT_BYTES_H

#include "work/task.h"

/*
 * Prints the range in task->job, as raw bytes or as a hex dump. Reports a failure, and
 * sets task->output_lost if it concerns standard output. Returns a status.
 */
int print_bytes(const struct shmbox_map *map, struct task *task, bool hex);

/* How a range is followed. */
struct follow {
	bool hex;
	bool stamp;       /* a line with the time is printed before each round */
	uint64_t timeout; /* nanoseconds without a change, or SHMBOX_FOREVER */
	bool wakeable;    /* as for snapshot_wait() */
};

/*
 * The same again and again, whenever a byte of the range has changed, until there was no
 * change for the timeout.
 */
int follow_bytes(const struct shmbox_map *map, struct task *task,
                 const struct follow *follow);

#endif
