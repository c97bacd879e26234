/* input.h - what is written into a segment: a file, standard input, a text; or hex digits */
#ifndef INPUT_H
#define INPUT_H

#include <shmbox/shmbox.h>

#include "work/task.h"

/* Zero is an input that was never opened. */
struct input {
	bool open;
	int fd;
	const char *name; /* for messages */
	bool typed;       /* it is --text: what is wrong with it is a usage error */
	bool progress;    /* is reported also while it is read in advance */
	bool kept;        /* fd is a file in memory */
	bool measured;
	uint64_t length; /* of the rest of it, if measured */
	uint64_t memory; /* bytes of that outside of holes, if measured */
	bool hex;     /* it is hex digits; length counts the bytes that they stand for */
	bool fresh;   /* the segment is new, and is removed if this fails */
	bool shorten; /* what does not fit is ignored */
};

/* A file, or standard input for "-". Returns a status. */
int input_open(struct input *input, const char *path);
/* This text. */
int input_text(struct input *input, const char *text);
void input_close(struct input *input);

/*
 * Finds out the length. An input of unknown length, such as a pipe, is first read to its end
 * into a file in memory, unless that is more than a segment can have, or more than half of
 * the available memory.
 */
int input_measure(struct input *input);

/*
 * Reads hex digits, and becomes the bytes that they stand for: all of them, or at least as
 * many as most, if that is not 0.
 */
int input_decode(struct input *input, uint64_t most);

/* STATUS_OK unless it is known not to fit into size bytes from offset on. */
int input_check(struct input *input, uint64_t size, uint64_t offset, const char *object);

/*
 * Writes all of it into the segment from task->job.offset on, as task_fill() does. An input
 * that does not fit is an error: before the first byte if its length is known, otherwise when
 * the segment is full.
 */
int input_write(struct input *input, const struct shmbox_map *map, struct task *task);

#endif
