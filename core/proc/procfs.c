/* SPDX-License-Identifier: MIT */
/* procfs.c - read files of /proc and /sys */

#include <fcntl.h>
#include <limits.h>
#include <sys/auxv.h>

#include "proc/procfs.h"

/*
 * Bytes: more than the longest line of maps, which has a path of PATH_MAX (4096) at most.
 */
enum { TABLE_BUFFER = 8192 };

int read_file(const char *path, char *buffer, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t got;

	if (fd < 0)
		return -errno;
	got = read(fd, buffer, size - 1);
	if (got < 0)
		got = -errno;
	else
		buffer[got] = '\0';
	close(fd);
	return (int)got;
}

bool proc_is_ours(void)
{
	char text[16];
	ssize_t length = readlink("/proc/self", text, sizeof(text) - 1);
	const char *at = text;

	text[length < 0 ? 0 : length] = '\0';
	return next_number(&at, 10) == (uint64_t)getpid();
}

/* A non-digit gives UINT_MAX, which no base exceeds. */
static unsigned digit_of(char letter)
{
	if (letter >= '0' && letter <= '9')
		return (unsigned)(letter - '0');
	return letter >= 'a' && letter <= 'f' ? (unsigned)(letter - 'a' + 10) : UINT_MAX;
}

uint64_t next_number(const char **text, unsigned base)
{
	const char *at = *text;
	uint64_t number = 0;
	bool negative;
	const char *first;
	unsigned digit;

	while (*at == ' ' || *at == '\t')
		at++;
	negative = *at == '-';

	at += negative;
	for (first = at; (digit = digit_of(*at)) < base; at++)
		number = number * base + digit;
	*text = at > first ? at : NULL;
	return negative ? 0 - number : number;
}

int64_t read_number(const char *path)
{
	char line[32] = "";
	const char *at = line;
	int64_t number;

	if (read_file(path, line, sizeof(line)) <= 0)
		return SHMBOX_UNKNOWN;
	number = (int64_t)next_number(&at, 10);
	return at ? number : SHMBOX_UNKNOWN;
}

uint64_t page_size(void)
{
	return getauxval(AT_PAGESZ);
}

/* Calls each() for the complete lines of text. Returns their bytes, or -1 to stop. */
static ssize_t pass_lines(char *text, bool (*each)(const char *line, void *data),
                          void *data)
{
	char *line = text;
	char *end;

	for (; (end = strchr(line, '\n')); line = end + 1) {
		*end = '\0';
		if (!each(line, data))
			return -1;
	}
	return line - text;
}

int each_line_of(int fd, bool (*each)(const char *line, void *data), void *data)
{
	char text[TABLE_BUFFER];
	size_t kept = 0;
	ssize_t got;

	while ((got = read(fd, text + kept, sizeof(text) - 1 - kept)) > 0) {
		ssize_t used;

		kept += (size_t)got;
		text[kept] = '\0';
		used = pass_lines(text, each, data);
		if (used < 0)
			return 0;
		kept -= (size_t)used;
		memmove(text, text + used, kept);
	}
	return got < 0 ? -errno : 0;
}

int each_line(const char *path, bool (*each)(const char *line, void *data), void *data)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	int rc;

	if (fd < 0)
		return -errno;
	rc = each_line_of(fd, each, data);
	close(fd);
	return rc;
}

struct named {
	const char *name;
	int64_t number;
};

static bool take_named(const char *line, void *data)
{
	struct named *named = data;
	size_t length = strlen(named->name);

	if (strncmp(line, named->name, length) != 0)
		return true;
	line += length;
	named->number = (int64_t)next_number(&line, 10);
	return false;
}

int64_t named_number(const char *path, const char *name)
{
	struct named named = { name, SHMBOX_UNKNOWN };

	each_line(path, take_named, &named);
	return named.number;
}
