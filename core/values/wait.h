/* SPDX-License-Identifier: MIT */
/* wait.h - show, find and wake processes that wait on a segment */
#ifndef WAIT_H
#define WAIT_H

#include "core.h"

/*
 * Shows other processes a sign that a thread of ours waits on this segment
 * (shm-protocols(7)). Returns the sign, or NULL if it cannot be made.
 */
void *show_sign(int id);
/* Removes a sign, which may be NULL. */
void remove_sign(void *sign);
/*
 * True if all processes that have the segment attached show a sign for each of their
 * threads; false if that is unknown.
 */
bool all_holders_wait(int id);

/*
 * Does the work of shmbox_wake() for a valid range and count, for one word every step
 * bytes.
 */
int wake_words(const struct shmbox_map *map, uint64_t offset, uint64_t length,
               uint64_t step, int count);

#endif
