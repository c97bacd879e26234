/* wait.h - processes that wait for a segment, and how they are woken */
#ifndef WAIT_H
#define WAIT_H

#include "core.h"

/*
 * Shows other processes that one thread of ours waits on this segment, until sign_off(); NULL if
 * that cannot be shown.
 */
void *sign_up(int id);
void sign_off(void *sign);
/*
 * Whether all processes that have the segment attached show that each of their threads waits
 * on it; false if that cannot be told.
 */
bool all_wait(int id);

/* shmbox_wake() for a range that was checked, of one word every step bytes. */
int wake_words(const struct shmbox_map *map, uint64_t offset, uint64_t length,
               uint64_t step);

#endif
