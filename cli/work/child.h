/* SPDX-License-Identifier: MIT */
/* child.h - run work that may use up the memory in a child process */
#ifndef CHILD_H
#define CHILD_H

#include <shmbox/shmbox.h>

#include "work/task.h"

/*
 * In bytes. Work that needs more than MUCH_MEMORY is done in a child, and checks
 * memory_is_short() after each MEMORY_STEP.
 */
enum { MUCH_MEMORY = 16777216, MEMORY_STEP = 67108864 };

/* Returns zeroed memory that a child shares with us, or NULL. */
void *shared_memory(size_t size);
void free_shared(void *memory, size_t size);

/*
 * Calls work(data) in a child process, which the kernel kills first when memory runs out.
 * data is from shared_memory(). Returns the result of work(), or -ENOMEM with *killed set
 * if the child was killed. If fork(2) fails, work() is called in this process. SIGUSR1 is
 * forwarded to the child; any other signal that ends the child also ends this program.
 */
int run_in_child(int (*work)(void *data), void *data, enum killed *killed);

/* True if this many bytes are about all of the available memory. */
bool memory_is_short(uint64_t wanted);

#endif
