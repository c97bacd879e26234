/* child.h - work that may use up the memory, in a process of its own */
#ifndef CHILD_H
#define CHILD_H

#include <shmbox/shmbox.h>

#include "work/task.h"

/*
 * Bytes. Work that takes more than MUCH_MEMORY is done in a child, and checks after each
 * MEMORY_STEP whether memory_is_short().
 */
enum { MUCH_MEMORY = 16777216, MEMORY_STEP = 67108864 };

/* Memory that a child shares with us, all zeros, or NULL. */
void *shared_memory(size_t size);
void free_shared(void *memory, size_t size);

/*
 * Calls work(data) in a child that the kernel kills first when memory runs out, and no other
 * process: data is shared_memory(). Returns what work() did; -ENOMEM with *killed set if the
 * child was killed. If fork(2) fails, work() is called here. SIGUSR1 is passed on, and any
 * other signal that ends the child ends the program.
 */
int run_in_child(int (*work)(void *data), void *data, enum killed *killed);

/* True if this many bytes more would be about all the memory there is. */
bool memory_is_short(uint64_t wanted);

#endif
