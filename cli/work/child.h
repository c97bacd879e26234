/* child.h - work that may be what runs a machine out of memory, in a process of its own */
#ifndef CHILD_H
#define CHILD_H

#include <shmbox/shmbox.h>

#include "work/task.h"

/*
 * Up to MUCH_MEMORY is just taken; who takes more should answer for it, and look after each
 * MEMORY_STEP whether there is more.
 */
enum { MUCH_MEMORY = 16777216, MEMORY_STEP = 67108864 };

/* Memory that a child shares with us, all zeros, or NULL. */
void *shared_memory(size_t size);
void free_shared(void *memory, size_t size);

/*
 * work(data) in a child that is the first to go when memory runs out, in place of a
 * neighbour: data is shared_memory(). Returns what work() did; -ENOMEM with *killed set if
 * the child was killed. Where no child is to be had, work() is done here. SIGUSR1 is passed
 * on, and any other signal that ends the child ends us.
 */
int run_in_child(int (*work)(void *data), void *data, enum killed *killed);

/* Whether so much more would be about all there is: better to stop than to be stopped. */
bool memory_is_short(uint64_t wanted);

#endif
