/* SPDX-License-Identifier: MIT */
/* presence.h - wait until a segment exists, or until it is gone */
#ifndef PRESENCE_H
#define PRESENCE_H

#include "applet.h"

/*
 * Each waits for the segment that operand 0 names, at most timeout nanoseconds, or
 * SHMBOX_FOREVER; or says what went wrong. Each returns a status. The first one subtracts
 * from *timeout how long it took.
 */
int wait_until_exists(const struct args *args, uint64_t *timeout, int *id);
int wait_until_gone(const struct args *args, uint64_t timeout);

#endif
