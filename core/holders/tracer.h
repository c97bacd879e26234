/* tracer.h - a child that traces other processes for us */
#ifndef TRACER_H
#define TRACER_H

#include "core.h"

/*
 * Runs work(data) in a child that has our memory, and waits until that has returned: *result is
 * what it returned. If that is 0 the child then stays, and what it traces stays stopped, until
 * end_tracer() or the end of our process; else it lets go. The descriptor lock, or -1, is closed
 * when the child has ended. No signal is handled meanwhile, and none is lost.
 * Returns 0, or why there is no child: -ENOMEM, or -EIO if it was killed.
 */
int start_tracer(int (*work)(void *data), void *data, int lock, int *result,
                 struct shmbox_stopped **out);
/* Whatever it has stopped runs again when this returns. */
void end_tracer(struct shmbox_stopped *tracer);

#endif
