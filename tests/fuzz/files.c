/* SPDX-License-Identifier: MIT */
/*
 * files.c - files that are not there: the linker puts these functions before the libc's
 *
 * Each open file is a descriptor of /dev/null, so that the kernel chooses its number and
 * everything but reading works as on any other file.
 */

#include <fcntl.h>
#include <stdarg.h>
#include <unistd.h>

#include "fuzz.h"

enum { DESCRIPTORS = 64 };

struct file {
	const char *suffix;
	const char *bytes;
	size_t length;
	size_t piece;
};

static struct file files[PRETENDED];
static int file_count;

/* Of each descriptor: the file, or NULL, and how much of it was read. */
static struct {
	const struct file *file;
	size_t done;
} open_files[DESCRIPTORS];

int __real_open(const char *path, int flags, mode_t mode);
int __real_openat(int directory, const char *path, int flags, mode_t mode);
ssize_t __real_read(int fd, void *buffer, size_t size);
int __real_close(int fd);

int __wrap_open(const char *path, int flags, ...);
int __wrap_open64(const char *path, int flags, ...);
int __wrap_openat(int directory, const char *path, int flags, ...);
int __wrap_openat64(int directory, const char *path, int flags, ...);
ssize_t __wrap_read(int fd, void *buffer, size_t size);
int __wrap_close(int fd);

void pretend(const char *suffix, const char *bytes, size_t length, size_t piece)
{
	CHECK(file_count < PRETENDED);
	files[file_count++] = (struct file){ suffix, bytes, length, piece ? piece : 1 };
}

void pretend_nothing(void)
{
	file_count = 0;
}

static const struct file *find(const char *path)
{
	size_t length = strlen(path);

	for (int i = 0; i < file_count; i++) {
		size_t part = strlen(files[i].suffix);

		if (length >= part && strcmp(path + length - part, files[i].suffix) == 0)
			return &files[i];
	}
	return NULL;
}

static int open_file(const struct file *file)
{
	int fd = __real_open("/dev/null", O_RDONLY | O_CLOEXEC, 0);

	CHECK(fd >= 0 && fd < DESCRIPTORS);
	open_files[fd].file = file;
	open_files[fd].done = 0;
	return fd;
}

int open_pretended(const char *suffix)
{
	return open_file(find(suffix));
}

static mode_t mode_of(int flags, va_list *list)
{
	return flags & (O_CREAT | __O_TMPFILE) ? (mode_t)va_arg(*list, int) : 0;
}

/* With _FILE_OFFSET_BITS=64 the core calls open64(3), of which open(3) is another name. */
#define OPEN(name, arguments, real)                                                      \
	int __wrap_##name                                                                \
	{                                                                                \
		const struct file *file = find(path);                                    \
		mode_t mode;                                                             \
		va_list list;                                                            \
                                                                                         \
		va_start(list, flags);                                                   \
		mode = mode_of(flags, &list);                                            \
		va_end(list);                                                            \
		return file ? open_file(file) : __real_##real arguments;                 \
	}
#define OPEN_HERE(name)                                                                  \
	OPEN(name(const char *path, int flags, ...), (path, flags, mode), open)
#define OPEN_AT(name)                                                                    \
	OPEN(name(int directory, const char *path, int flags, ...),                      \
	     (directory, path, flags, mode), openat)

OPEN_HERE(open)
OPEN_HERE(open64)
OPEN_AT(openat)
OPEN_AT(openat64)

ssize_t __wrap_read(int fd, void *buffer, size_t size)
{
	const struct file *file =
		fd >= 0 && fd < DESCRIPTORS ? open_files[fd].file : NULL;
	size_t left;

	if (!file)
		return __real_read(fd, buffer, size);
	left = file->length - open_files[fd].done;
	if (size > file->piece)
		size = file->piece;
	if (size > left)
		size = left;
	memcpy(buffer, file->bytes + open_files[fd].done, size);
	open_files[fd].done += size;
	return (ssize_t)size;
}

int __wrap_close(int fd)
{
	if (fd >= 0 && fd < DESCRIPTORS)
		open_files[fd].file = NULL;
	return __real_close(fd);
}
