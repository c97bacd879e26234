/* finish.c - whether standard output took everything, and the only way out of the program */

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "diag/diag.h"
#include "text/io.h"

/* SIGPIPE, if somebody holds it back, has more to say than we. */
static bool pipe_signal_waits(void)
{
	sigset_t pending;

	return sigpending(&pending) == 0 && sigismember(&pending, SIGPIPE) == 1;
}

bool flush_output(void)
{
	int rc = output_flush();

	if (rc == 0 && !output_failed())
		return true;
	if (rc < 0 && !(rc == -EPIPE && pipe_signal_waits()))
		failed_io("standard output", rc);
	else if (rc == 0)
		fail(STATUS_FAILED, "standard output",
		     "some output could not be written");
	/* it has been told once, and is not tried again */
	output_forget();
	return false;
}

bool deliver_output(void)
{
	int copy;

	if (!flush_output())
		return false;
	copy = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 0);
	/* without a descriptor to spare it cannot be asked before the end */
	if (copy < 0 || close(copy) == 0)
		return true;
	failed_io("standard output", -errno);
	/* as above: it has been told */
	close(STDOUT_FILENO);
	return false;
}

bool close_output(void)
{
	bool complete = flush_output();

	/* some file systems tell only now; a stdout that was never open is no failure */
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
