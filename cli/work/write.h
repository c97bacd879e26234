/* write.h - an input into a segment, and what may follow: zeros after it, a wake-up */
#ifndef WRITE_H
#define WRITE_H

#include "work/input.h"

/* Where the input goes. Offsets count from the end if they are negative. */
struct destination {
	int64_t offset;
	bool zero_rest; /* fill the segment with zeros from where the input ends */
	bool wake;      /* then wake the processes that wait for the word at wake_at */
	int64_t wake_at;
};

/* Writes it, as input_write() does with task; or says why not. Returns a status. */
int write_input(struct input *input, const struct shmbox_map *map, struct task *task,
                const struct destination *destination);

#endif
