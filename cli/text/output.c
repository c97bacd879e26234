/* SPDX-License-Identifier: MIT */
/* output.c - standard output, which waits even if its descriptor is non-blocking */

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdio_ext.h>
#include <sys/mman.h>
#include <unistd.h>

#include "text/io.h"

enum { OUTPUT = 65536 };

FILE *output;

/* The negated errno of the first failed write_all() below: stdio does not keep it. */
static int first_error;

static ssize_t write_cookie(void *cookie, const char *bytes, size_t length)
{
	(void)cookie;
	if (first_error == 0)
		first_error = write_all(STDOUT_FILENO, bytes, length);
	/* musl and glibc expect different results of a failure */
	return (ssize_t)length;
}

/*
 * stdio fails with EAGAIN on a non-blocking descriptor, which other processes may share.
 */
static bool is_nonblocking(void)
{
	int flags = fcntl(STDOUT_FILENO, F_GETFL);

	return flags >= 0 && flags & O_NONBLOCK && !(flags & O_PATH);
}

/*
 * The buffer is mapped: the stack may be small, and without memory stdio has a smaller
 * one. Setting it also keeps musl from writing the first line immediately.
 */
void output_begin(void)
{
	char *buffer = mmap(NULL, OUTPUT, PROT_READ | PROT_WRITE,
	                    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	FILE *stream = NULL;

	if (is_nonblocking())
		stream = fopencookie(NULL, "w",
		                     (cookie_io_functions_t){ .write = write_cookie });
	output = stream ? stream : stdout;
	if (buffer != MAP_FAILED)
		setvbuf(output, buffer, _IOFBF, OUTPUT);
}

bool output_failed(void)
{
	return first_error < 0 || ferror(output);
}

int output_flush(void)
{
	return fflush(output) == 0 ? first_error : -errno;
}

void output_forget(void)
{
	__fpurge(output);
	clearerr(output);
	first_error = 0;
}

int output_reader(void)
{
	struct pollfd end = { .fd = STDOUT_FILENO };

	/* poll(2) reports these although no event is asked for; a failed call reports nothing */
	if (poll(&end, 1, 0) < 1 || !(end.revents & (POLLERR | POLLHUP)))
		return 0;
	raise(SIGPIPE);
	return -EPIPE;
}

bool output_is_open(void)
{
	/* a descriptor that stands for a closed one refuses even this */
	return write(STDOUT_FILENO, "", 0) == 0 || errno != EBADF;
}
