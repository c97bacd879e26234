/* SPDX-License-Identifier: MIT */
/* finish.c - the delivery of standard output, and the exit of the program */

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "diag/diag.h"
#include "text/io.h"

/*
 * True if SIGPIPE is blocked and pending: it ends the program once it is unblocked, and a
 * message would be redundant.
 */
static bool sigpipe_is_pending(void)
{
	sigset_t pending;

	return sigpending(&pending) == 0 && sigismember(&pending, SIGPIPE) == 1;
}

bool flush_output(void)
{
	int rc = output_flush();

	if (rc == 0 && !output_failed())
		return true;
	if (rc < 0 && !(rc == -EPIPE && sigpipe_is_pending()))
		failed_io("standard output", rc);
	else if (rc == 0)
		fail(STATUS_FAILED, "standard output",
		     "some output could not be written");
	/* it has been reported: discard it */
	output_forget();
	return false;
}

bool deliver_output(void)
{
	int copy;

	if (!flush_output())
		return false;
	copy = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 0);
	/* without a spare descriptor this is only known at the exit */
	if (copy < 0 || close(copy) == 0)
		return true;
	failed_io("standard output", -errno);
	/* reported already: prevent a second report at the exit */
	close(STDOUT_FILENO);
	return false;
}

bool close_output(void)
{
	bool complete = flush_output();

	/*
	 * some file systems report errors only here; a stdout closed from the start is no
	 * failure
	 */
	if (close(STDOUT_FILENO) == 0 || errno == EBADF || !complete)
		return complete;
	failed_io("standard output", -errno);
	return false;
}

void finish(int status)
{
	bool complete = close_output();

	exit(!complete && status == STATUS_OK ? STATUS_FAILED : status);
}
