/* SPDX-License-Identifier: MIT */
/*
 * write.h - write an input to a segment, fill the rest with zeros, wake waiting processes
 */
#ifndef WRITE_H
#define WRITE_H

#include "work/input.h"

/* Where the input is written. Negative offsets count from the end. */
struct destination {
	int64_t offset;
	bool zero_rest; /* fill the rest of the segment with zeros */
	bool wake;      /* then wake the processes that wait for the word at wake_at */
	int64_t wake_at;
};

/* Writes the input as input_write() does, and reports a failure. Returns a status. */
int write_input(struct input *input, const struct shmbox_map *map, struct task *task,
                const struct destination *destination);

#endif
