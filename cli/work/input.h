/* input.h - what goes into a segment: a file, standard input, a text, or hex digits of one */
#ifndef INPUT_H
#define INPUT_H

#include <shmbox/shmbox.h>

#include "work/task.h"

/* Zero is an input that was never opened. */
struct input {
	bool open;
	int fd;
	const char *name; /* for messages */
	bool typed;    /* it stood on the command line: what is wrong with it is misuse */
	bool progress; /* is to be told also of what is read beforehand */
	bool kept;     /* fd is a file in memory */
	bool measured;
	uint64_t length; /* of what is still to come, if measured */
	uint64_t memory; /* how much of that is no hole, if measured */
	bool hex;     /* it is hex digits; length counts the bytes that they stand for */
	bool fresh;   /* the segment is new, and goes again if this fails */
	bool shorten; /* what does not fit is left out, without a complaint */
};

/* A file, or standard input for "-". Returns a status. */
int input_open(struct input *input, const char *path);
/* These bytes of the caller's. */
int input_text(struct input *input, const char *text);
void input_close(struct input *input);

/*
 * Finds out how much will come. What cannot tell, such as a pipe, is read to its end into
 * a file in memory first, unless that is more than a segment may have, or more than half of
 * the memory there is.
 */
int input_measure(struct input *input);

/*
 * Reads hex digits, and becomes the bytes that they stand for: all of them, or at least as
 * many as most, if that is not 0.
 */
int input_decode(struct input *input, uint64_t most);

/* STATUS_OK unless it is known to be longer than what is behind offset in size bytes. */
int input_check(struct input *input, uint64_t size, uint64_t offset, const char *object);

/*
 * Writes all of it into the segment from task->job.offset on, as task_fill() does. More than
 * fits is an error: known before the first byte where the length is, else when the rest of
 * the segment is full.
 */
int input_write(struct input *input, const struct shmbox_map *map, struct task *task);

#endif
