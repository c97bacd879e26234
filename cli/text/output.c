/* output.c - standard output, which waits where its descriptor would block */

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdio_ext.h>
#include <sys/mman.h>
#include <unistd.h>

#include "text/io.h"

enum { OUTPUT = 65536 };

FILE *output;

/* -errno of the first write that failed of those below; stdio keeps no number. */
static int lost;

static ssize_t take(void *cookie, const char *bytes, size_t length)
{
	(void)cookie;
	if (lost == 0)
		lost = write_all(STDOUT_FILENO, bytes, length);
	/* musl and glibc want different results of a failure */
	return (ssize_t)length;
}

/* stdio gives up where a descriptor would block. It may be one file to several processes. */
static bool may_not_block(void)
{
	int flags = fcntl(STDOUT_FILENO, F_GETFL);

	return flags >= 0 && flags & O_NONBLOCK && !(flags & O_PATH);
}

/*
 * A buffer of its own also keeps musl from writing the first line at once, and alone. It is
 * none on the stack, which may be small, and without memory there are smaller ones.
 */
void output_begin(void)
{
	char *buffer = mmap(NULL, OUTPUT, PROT_READ | PROT_WRITE,
	                    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	FILE *stream = NULL;

	if (may_not_block())
		stream = fopencookie(NULL, "w", (cookie_io_functions_t){ .write = take });
	output = stream ? stream : stdout;
	if (buffer != MAP_FAILED)
		setvbuf(output, buffer, _IOFBF, OUTPUT);
}

bool output_failed(void)
{
	return lost < 0 || ferror(output);
}

int output_flush(void)
{
	return fflush(output) == 0 ? lost : -errno;
}

void output_forget(void)
{
	__fpurge(output);
	clearerr(output);
	lost = 0;
}
