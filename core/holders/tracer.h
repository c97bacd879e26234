/* SPDX-License-Identifier: MIT */
/* tracer.h - a child that traces other processes for us */
#ifndef TRACER_H
#define TRACER_H

#include "core.h"

/*
 * Runs work(data) in a child that shares our memory, waits until work() has returned, and
 * stores its value in *result. If that is 0, the child keeps its threads stopped until
 * end_tracer() or the end of our process; otherwise it releases them. end_tracer() closes
 * the descriptor lock, which may be -1. Signals are blocked meanwhile. Returns 0 or a
 * negated errno: -ENOMEM if there is no child, -EIO if the child was killed. After an
 * error the lock is closed.
 */
int start_tracer(int (*work)(void *data), void *data, int lock, int *result,
                 struct shmbox_stopped **out);
/* Ends the child. The threads that it has stopped run again when this returns. */
void end_tracer(struct shmbox_stopped *tracer);

#endif
