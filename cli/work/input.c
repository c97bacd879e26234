/* SPDX-License-Identifier: MIT */
/* input.c - the input of a segment */

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <shmbox/shmbox.h>

#include "diag/diag.h"
#include "text/io.h"
#include "text/text.h"
#include "work/input.h"
#include "work/spool.h"

int input_open(struct input *input, const char *path)
{
	bool standard = strcmp(path, "-") == 0;

	input->name = standard ? "standard input" : path;
	do
		input->fd = standard ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
	while (input->fd < 0 && errno == EINTR);
	if (input->fd < 0)
		return failed_io(path, -errno);
	input->open = true;
	return STATUS_OK;
}

void input_close(struct input *input)
{
	if (input->open && input->fd != STDIN_FILENO)
		close(input->fd);
	input->open = false;
}

/* Makes the bytes of the spool the input, or reports the failure rc. Returns a status. */
static int take_spool(struct input *input, const struct spool *spool, int rc)
{
	char length[TEXT_MAX];

	text_count(length, spool->length, "byte");
	if (spool->killed)
		return task_killed(input->name, spool->killed, length, "read");
	if (rc == -EFBIG) {
		fail(STATUS_LIMIT, input->name, "no room for more: %s read", length);
		hint("raise ulimit -f, which also limits an input that is kept in "
		     "memory");
		return STATUS_LIMIT;
	}
	if (rc == -ENOSPC || rc == -ENOMEM)
		return fail(STATUS_LIMIT, input->name, "no memory for more: %s read",
		            length);
	if (rc < 0)
		return failed_io(input->name, rc);
	input_close(input);
	input->fd = spool->file;
	input->open = true;
	input->measured = true;
	input->length = spool->length;
	input->memory = spool->length;
	input->kept = true;
	return STATUS_OK;
}

int input_text(struct input *input, const char *text)
{
	struct spool spool = { 0 };
	int rc = spool_text(&spool, text);

	input->name = "--text";
	input->typed = true;
	return take_spool(input, &spool, rc);
}

/* Files in /sys report the size of a page, even if they contain less. */
static bool has_true_size(int fd, off_t size)
{
	char last;

	return pread(fd, &last, 1, size - 1) == 1;
}

/*
 * Finds the length of the rest of a regular file. Returns false if the input must be read
 * to know it.
 */
static bool known_length(struct input *input)
{
	struct stat st;
	off_t position;

	if (input->measured)
		return true;
	/* files in /proc report size 0, even if they contain more */
	if (fstat(input->fd, &st) < 0 || !S_ISREG(st.st_mode) || st.st_size == 0 ||
	    !has_true_size(input->fd, st.st_size))
		return false;
	position = lseek(input->fd, 0, SEEK_CUR);
	if (position < 0)
		return false;
	input->measured = true;
	input->length = st.st_size > position ? (uint64_t)(st.st_size - position) : 0;
	input->memory = (uint64_t)st.st_blocks * 512;
	if (input->memory > input->length)
		input->memory = input->length;
	return true;
}

/* The maximum size of a segment, at most half of the available memory. */
static uint64_t most_to_keep(void)
{
	int64_t memory = shmbox_available();
	uint64_t most = memory < 0 ? UINT64_MAX : (uint64_t)memory / 2;
	struct shmbox_limits limits;
	uint64_t pages;

	if (shmbox_get_limits(&limits) < 0)
		return most;
	pages = limits.max_pages > limits.pages ? limits.max_pages - limits.pages : 0;
	if (most > limits.max_size)
		most = limits.max_size;
	return most / limits.page_size < pages ? most : pages * limits.page_size;
}

static int report_too_long(const struct input *input)
{
	const struct shmbox_spec spec = { .size = input->length };
	int rc = shmbox_would_fit(SHMBOX_CREATE, &spec);
	char length[TEXT_MAX];
	int status = rc < 0 ? failed(SHMBOX_CREATE, rc, input->name, &spec)
	                    : fail(STATUS_LIMIT, input->name,
	                           "more than half of the available memory (%s read)",
	                           text_count(length, input->length, "byte"));

	hint("give SIZE: then the input need not be measured first");
	return status;
}

int input_measure(struct input *input)
{
	uint64_t most = most_to_keep();
	struct spool spool = {
		.from = input->fd,
		.task = { .object = input->name, .progress = input->progress },
		.most = most + 1,
	};
	int status;

	if (known_length(input))
		return STATUS_OK;
	status = take_spool(input, &spool, spool_read(&spool));
	return status == STATUS_OK && input->length > most ? report_too_long(input)
	                                                   : status;
}

static int report_bad_digit(const struct input *input, const struct spool *spool)
{
	int status = input->typed ? STATUS_USAGE : STATUS_FAILED;
	unsigned char byte = (unsigned char)spool->wrong;
	char seen[5];

	if (isspace(byte))
		return fail(status, input->name,
		            "character %llu is a blank between the digits of a byte",
		            (unsigned long long)spool->position);
	/* control characters, above all NUL, must not appear in a message */
	snprintf(seen, sizeof(seen), byte > ' ' && byte < 0x7f ? "%c" : "\\x%02x", byte);
	return fail(status, input->name, "character %llu, '%s', is not a hex digit",
	            (unsigned long long)spool->position, seen);
}

int input_decode(struct input *input, uint64_t most)
{
	struct spool spool = {
		.from = input->fd,
		.task = { .object = input->name, .progress = input->progress },
		.hex = true,
		.most = most,
	};
	int rc = spool_read(&spool);
	bool cut = most && spool.length >= most;

	if (rc == -EILSEQ)
		return report_bad_digit(input, &spool);
	if (rc < 0 || cut || spool.half < 0)
		return take_spool(input, &spool, rc);
	close(spool.file);
	return fail(input->typed ? STATUS_USAGE : STATUS_FAILED, input->name,
	            "an odd number of hex digits");
}

/* Reports input that is left after the segment is full. Returns a status. */
static int check_end(const struct input *input, uint64_t done, const char *object)
{
	char length[TEXT_MAX];
	char one;
	ssize_t got;

	while ((got = read_some(input->fd, &one, 1)) == -EINTR)
		;
	if (got < 0)
		return failed_io(input->name, (int)got);
	if (got == 0)
		return STATUS_OK;
	text_count(length, done, "byte");
	if (input->fresh)
		return fail(STATUS_FAILED, object, "the input has more than %s", length);
	fail(STATUS_FAILED, object, "the input does not fit: stopped after %s", length);
	hint("use --truncate to write what fits");
	return STATUS_FAILED;
}

int input_check(struct input *input, uint64_t size, uint64_t offset, const char *object)
{
	char length[TEXT_MAX];
	char whole[TEXT_MAX];

	if (!known_length(input) || input->shorten || input->length <= size - offset)
		return STATUS_OK;
	text_count(length, input->length, "byte");
	if (input->fresh)
		return fail(STATUS_FAILED, object, "the input (%s) does not fit", length);
	return fail(STATUS_FAILED, object,
	            "the input (%s) does not fit at offset %llu of %s: nothing written",
	            length, (unsigned long long)offset, text_count(whole, size, "byte"));
}

/* Releases the memory of the bytes that have been read. */
static void release_read(int fd)
{
	fallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 0,
	          lseek(fd, 0, SEEK_CUR));
}

int input_write(struct input *input, const struct shmbox_map *map, struct task *task)
{
	uint64_t room = map->size - task->job.offset;
	char words[TEXT_MAX];
	char length[TEXT_MAX];
	uint64_t done;
	int rc = input_check(input, map->size, task->job.offset, task->object);

	if (rc != STATUS_OK)
		return rc;
	task->job.fd = input->fd;
	task->job.flags |= SHMBOX_STDIN;
	task->job.length = room;
	task->total = input->measured ? (input->length < room ? input->length : room) : 0;
	task->spent = input->kept ? release_read : NULL;
	task_begin(task);
	rc = task_fill(task, map, shmbox_receive);
	task_end(task);
	done = task_done(task);
	if (rc == -EFAULT || rc == -ENOMEM)
		return task_out_of_memory(task);
	if (rc < 0)
		return fail(STATUS_FAILED, input->name, "%s: %s written",
		            io_words(words, rc), text_count(length, done, "byte"));
	return done == room && !input->shorten ? check_end(input, done, task->object)
	                                       : STATUS_OK;
}
