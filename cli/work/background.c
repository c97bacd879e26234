/* SPDX-License-Identifier: MIT */
/* background.c - a process that holds a segment after this one has exited */

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "diag/diag.h"
#include "text/text.h"
#include "work/hold.h"

/*
 * The number of close_range(2) on every architecture (Linux 5.9), and how many
 * descriptors are closed one by one without it.
 */
enum { CLOSE_RANGE = 436, MANY = 65536 };

static void close_from(unsigned first, unsigned last)
{
	if (first > last || syscall(CLOSE_RANGE, first, last, 0) == 0)
		return;
	for (unsigned fd = first; fd <= last && fd < MANY; fd++)
		close((int)fd);
}

int background(const struct signals *signals, int watch)
{
	int low = watch >= 0 && watch < signals->fd ? watch : signals->fd;
	int high = watch > signals->fd ? watch : signals->fd;
	pid_t child = fork();
	char text[TEXT_MAX];
	int nothing;

	if (child < 0)
		cannot_fork();
	if (child != 0)
		return child;
	/* the parent is printing the id: no failure may end the holder */
	setsid();
	if (chdir("/") < 0)
		note("/", "%s", io_words(text, -errno));
	/* free a descriptor for open(2) */
	close(STDIN_FILENO);
	nothing = open("/dev/null", O_RDWR);
	/* an empty root directory has no /dev/null */
	if (nothing < 0)
		nothing = open("/", O_PATH);
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++) {
		if (nothing < 0 || dup2(nothing, fd) < 0)
			close(fd);
	}
	close_from(STDERR_FILENO + 1, (unsigned)low - 1);
	close_from((unsigned)low + 1, (unsigned)high - 1);
	close_from((unsigned)high + 1, UINT32_MAX);
	return 0;
}
