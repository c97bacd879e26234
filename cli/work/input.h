/* SPDX-License-Identifier: MIT */
/* input.h - the input of a segment: a file, standard input, a text, or hex digits */
#ifndef INPUT_H
#define INPUT_H

#include <shmbox/shmbox.h>

#include "work/task.h"

/* An input. Zero-initialised, it is not open. */
struct input {
	bool open;
	int fd;
	const char *name; /* for messages */
	bool typed;       /* it is --text: an error in it is a usage error */
	bool progress;    /* progress is reported even while it is read into memory */
	bool kept;        /* fd is a file in memory */
	bool measured;
	uint64_t length; /* bytes from the position to the end, if measured */
	uint64_t memory; /* bytes of length outside holes, if measured */
	bool hex;        /* it consists of hex digits; length counts decoded bytes */
	bool fresh;      /* the segment is new, and is removed after a failure */
	bool shorten;    /* bytes that do not fit are ignored */
};

/* Opens a file, or standard input for "-". Returns a status. */
int input_open(struct input *input, const char *path);
/* Makes this text the input. Returns a status. */
int input_text(struct input *input, const char *text);
void input_close(struct input *input);

/*
 * Finds out the length. An input of unknown length, such as a pipe, is read to its end
 * into a file in memory, up to the maximum size of a segment and half of the available
 * memory. Returns a status.
 */
int input_measure(struct input *input);

/*
 * Decodes hex digits: all of them, or at least most bytes if most is not 0. Returns a
 * status.
 */
int input_decode(struct input *input, uint64_t most);

/*
 * Reports an input that is known not to fit into size bytes from offset on. Returns a
 * status.
 */
int input_check(struct input *input, uint64_t size, uint64_t offset, const char *object);

/*
 * Writes the input to the segment from task->job.offset on, as by task_fill(). An input
 * that does not fit is an error: before the first byte if its length is known, otherwise
 * when the segment is full. Returns a status.
 */
int input_write(struct input *input, const struct shmbox_map *map, struct task *task);

#endif
