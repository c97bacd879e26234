/* SPDX-License-Identifier: MIT */
/* rounds.c - the rounds of a view one after the other, for programs that read them */

#include <poll.h>
#include <signal.h>
#include <time.h>
#include <unistd.h>

#include "diag/diag.h"
#include "live/screen.h"

/* Waits; false as soon as no process reads standard output any more. */
static bool wait_for(uint64_t nanoseconds)
{
	enum { BILLION = 1000000000 };
	struct pollfd reader = { .fd = STDOUT_FILENO };
	const struct timespec time = { .tv_sec = (time_t)(nanoseconds / BILLION),
		                       .tv_nsec = (long)(nanoseconds % BILLION) };

	return ppoll(&reader, 1, &time, NULL) <= 0 || !(reader.revents & POLLERR);
}

int rounds_run(struct round *round, struct pace pace, int (*print)(struct round *round))
{
	for (;;) {
		int status = round_take(round);

		if (status == STATUS_OK)
			status = print(round);
		if (!flush_output() && status == STATUS_OK)
			status = STATUS_FAILED;
		if (status != STATUS_OK ||
		    (pace.rounds && (uint64_t)round->number >= pace.rounds))
			return status;
		if (!wait_for(pace.delay)) {
			raise(SIGPIPE);
			return STATUS_FAILED;
		}
	}
}
