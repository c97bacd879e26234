/* SPDX-License-Identifier: MIT */
/* spool.c - read a whole input into memory before it is used */

#include <ctype.h>
#include <errno.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "text/io.h"
#include "text/number.h"
#include "work/child.h"
#include "work/progress.h"
#include "work/spool.h"

enum { BUFFER = 65536 };

/* vm.memfd_noexec=2 requires MFD_NOEXEC_SEAL, which kernels before 6.3 do not have. */
static int memory_file(void)
{
	enum { NOEXEC_SEAL = 8 };
	int fd = memfd_create("shmbox", MFD_CLOEXEC | NOEXEC_SEAL);

	return fd < 0 && errno == EINVAL ? memfd_create("shmbox", MFD_CLOEXEC) : fd;
}

static int open_file(struct spool *spool)
{
	spool->file = memory_file();
	spool->half = -1;
	spool->position = 1;
	/* ulimit -f applies to files in memory: get EFBIG instead of a signal */
	signal(SIGXFSZ, SIG_IGN);
	return spool->file < 0 ? -errno : 0;
}

/* Rewinds the file, or closes it if rc is an error. Returns 0 or a negated errno. */
static int close_file(struct spool *spool, int rc)
{
	if (rc == 0 && lseek(spool->file, 0, SEEK_SET) < 0)
		rc = -errno;
	if (rc < 0)
		close(spool->file);
	return rc;
}

/*
 * Decodes hex digits in place. Blanks may separate bytes, but not the two digits of a
 * byte; a newline may stand anywhere. Returns the number of bytes, or -EILSEQ.
 */
static ssize_t decode(struct spool *spool, char *text, size_t length)
{
	size_t used = 0;

	for (size_t i = 0; i < length; i++, spool->position++) {
		unsigned digit = digit_value(text[i]);

		if (text[i] == '\n' ||
		    (spool->half < 0 && isspace((unsigned char)text[i])))
			continue;
		spool->wrong = text[i];
		if (digit > 15)
			return -EILSEQ;
		if (spool->half < 0) {
			spool->half = (int)digit;
			continue;
		}
		text[used++] = (char)(spool->half << 4 | (int)digit);
		spool->half = -1;
	}
	return (ssize_t)used;
}

/*
 * Reads until there are enough bytes. Returns 1 if there may be more, 0 at the end, or a
 * negated errno.
 */
static int read_through(struct spool *spool, uint64_t enough, char *buffer)
{
	while (spool->length < enough) {
		ssize_t got = read_some(spool->from, buffer, BUFFER);
		int rc;

		progress_report(&spool->task);
		if (got == -EINTR)
			continue;
		if (got > 0 && spool->hex)
			got = decode(spool, buffer, (size_t)got);
		else if (got == 0)
			return 0;
		if (got < 0)
			return (int)got;
		rc = write_all(spool->file, buffer, (size_t)got);
		if (rc < 0)
			return rc;
		spool->length += (uint64_t)got;
		spool->task.job.done = spool->length;
	}
	return 1;
}

/* The buffer is mapped, because the stack may be small. */
static int read_until(struct spool *spool, uint64_t enough)
{
	char *buffer = shared_memory(BUFFER);
	int rc;

	if (!buffer)
		return -ENOMEM;
	rc = read_through(spool, enough, buffer);
	free_shared(buffer, BUFFER);
	return rc;
}

static uint64_t least(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

static uint64_t enough(const struct spool *spool)
{
	return spool->most ? spool->most : UINT64_MAX;
}

static int read_rest(void *data)
{
	struct spool *spool = data;
	int rc = 1;

	while (rc > 0 && spool->length < enough(spool)) {
		if (memory_is_short(MEMORY_STEP))
			return -ENOMEM;
		rc = read_until(spool, least(enough(spool), spool->length + MEMORY_STEP));
	}
	return rc > 0 ? 0 : rc;
}

/*
 * The memory of the file is charged to the control group of the writer, and to no
 * process.
 */
static int read_rest_in_child(struct spool *spool)
{
	struct spool *shared = shared_memory(sizeof(*shared));
	int rc;

	if (!shared)
		return -ENOMEM;
	*shared = *spool;
	rc = run_in_child(read_rest, shared, &shared->killed);
	*spool = *shared;
	free_shared(shared, sizeof(*shared));
	return rc;
}

int spool_read(struct spool *spool)
{
	int rc = open_file(spool);

	if (rc < 0)
		return rc;
	progress_begin(&spool->task);
	rc = read_until(spool, least(enough(spool), MUCH_MEMORY));
	if (rc > 0 && spool->length < enough(spool))
		rc = read_rest_in_child(spool);
	return close_file(spool, rc > 0 ? 0 : rc);
}

int spool_text(struct spool *spool, const char *text)
{
	size_t length = strlen(text);
	int rc = open_file(spool);

	if (rc < 0)
		return rc;
	spool->length = length;
	return close_file(spool, write_all(spool->file, text, length));
}
