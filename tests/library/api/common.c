/* SPDX-License-Identifier: MIT */
/* common.c - what the parts of the program api share */

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "api.h"

int make(uint64_t size)
{
	const struct shmbox_spec spec = { .size = size, .mode = 0600 };
	int id = shmbox_create(&spec);

	assert(id >= 0);
	return id;
}

struct shmbox_map attach(int id)
{
	struct shmbox_map map;
	int rc = shmbox_attach(id, 0, &map);

	assert(rc == 0);
	return map;
}

struct shmbox_info look(int id)
{
	struct shmbox_info info;
	int rc = shmbox_stat(id, &info);

	assert(rc == 0);
	assert(info.id == id);
	return info;
}

void destroy(int id)
{
	int rc = shmbox_remove(id);

	assert(rc == 0);
}

bool little(void)
{
	const uint16_t one = 1;
	unsigned char first;

	memcpy(&first, &one, 1);
	return first;
}

struct shmbox_cause why(enum shmbox_op op, int rc, const struct shmbox_spec *spec)
{
	struct shmbox_cause cause;
	int explained = shmbox_explain(op, rc, spec, &cause);

	assert(explained == 0);
	return cause;
}

int temporary(void)
{
	FILE *file = tmpfile();
	int fd = file ? dup(fileno(file)) : -1;

	assert(fd >= 0);
	fclose(file);
	return fd;
}

char pattern(uint64_t place)
{
	return (char)(place * 31 + place / 4096 * 7 + 1);
}

void fill(const struct shmbox_map *map, uint64_t offset, uint64_t length)
{
	char *bytes = malloc(length);

	assert(bytes);
	for (uint64_t i = 0; i < length; i++)
		bytes[i] = pattern(offset + i);
	assert(shmbox_write(map, offset, bytes, length) == (int64_t)length);
	free(bytes);
}

bool is_pattern(const char *bytes, uint64_t offset, uint64_t length)
{
	for (uint64_t i = 0; i < length; i++) {
		if (bytes[i] != pattern(offset + i))
			return false;
	}
	return true;
}

bool is_zero(const char *bytes, uint64_t length)
{
	for (uint64_t i = 0; i < length; i++) {
		if (bytes[i])
			return false;
	}
	return true;
}

char *content(const struct shmbox_map *map)
{
	char *bytes = malloc(map->size);

	assert(bytes);
	assert(shmbox_read(map, 0, bytes, map->size) == (int64_t)map->size);
	return bytes;
}

int64_t resident(int id)
{
	struct shmbox_info info = look(id);

	assert(shmbox_memory(&info, 1) == 0 && info.resident >= 0);
	return info.resident;
}

void *read_all(void *context)
{
	struct reader *reader = context;
	ssize_t got;

	while ((got = read(reader->fd, reader->bytes + reader->length,
	                   MUCH + 1 - reader->length)) > 0)
		reader->length += (size_t)got;
	assert(got == 0);
	return NULL;
}

int step(void *data, const void *bytes, uint64_t length)
{
	struct steps *steps = data;

	assert(length > 0);
	if (!bytes)
		steps->holes += length;
	else if (!is_zero(bytes, length))
		assert(is_pattern(bytes, steps->place, length));
	steps->place += length;
	steps->last = length;
	return ++steps->calls == steps->stop_at ? 42 : 0;
}

int end_it(void *context)
{
	struct ending *ending = context;

	return ++ending->calls == ending->at ? 42 : 0;
}

static void hear_it(int number)
{
	(void)number;
}

void be_interrupted(bool on)
{
	const struct sigaction action = { .sa_handler = hear_it };
	const struct itimerval often = { { 0, 10000 }, { 0, 10000 } };
	const struct itimerval never = { 0 };

	assert(sigaction(SIGALRM, &action, NULL) == 0);
	assert(setitimer(ITIMER_REAL, on ? &often : &never, NULL) == 0);
}

bool open_pipe(int ends[2], int flags)
{
	return pipe(ends) == 0 && fcntl(ends[0], F_SETFL, flags) == 0 &&
	       fcntl(ends[1], F_SETFL, flags) == 0;
}

void end_child(pid_t child)
{
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
}

pid_t ended_process(void)
{
	pid_t child = fork();

	assert(child >= 0);
	if (child == 0)
		_exit(0);
	waitpid(child, NULL, 0);
	return child;
}
