/* SPDX-License-Identifier: MIT */
/*
 * api-memory.c - every function of libshmbox that takes memory, while there is none
 *
 * usage: api-memory [borrow] [freeze], those that not everybody may do. It is linked with
 * --wrap for the functions below, so that the library's calls come here. Each function is
 * called again and again: the first call gets no memory, then the second, and so on, until
 * there is none left to refuse; first the calls after it get some, then they do not.
 */

#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "api-memory.h"

/* ---- the memory ---- */

static int calls;   /* so far, in this trial */
static int fails;   /* the call that gets nothing, from 1 on; 0: none */
static bool onward; /* and so do those after it */
static bool failed;
static int blocks; /* that were given and not given back */

static bool refused(void)
{
	calls++;
	if (!fails || (onward ? calls < fails : calls != fails))
		return false;
	failed = true;
	errno = ENOMEM;
	return true;
}

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *block, size_t size);
void __real_free(void *block);
FILE *__real_fopencookie(void *cookie, const char *mode, cookie_io_functions_t functions);
DIR *__real_opendir(const char *name);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *block, size_t size);
void __wrap_free(void *block);
FILE *__wrap_fopencookie(void *cookie, const char *mode, cookie_io_functions_t functions);
DIR *__wrap_opendir(const char *name);

void *__wrap_malloc(size_t size)
{
	void *block = refused() ? NULL : __real_malloc(size);

	blocks += block != NULL;
	return block;
}

void *__wrap_calloc(size_t count, size_t size)
{
	void *block = refused() ? NULL : __real_calloc(count, size);

	blocks += block != NULL;
	return block;
}

void *__wrap_realloc(void *block, size_t size)
{
	void *moved = refused() ? NULL : __real_realloc(block, size);

	blocks += moved && !block;
	return moved;
}

void __wrap_free(void *block)
{
	blocks -= block != NULL;
	__real_free(block);
}

DIR *__wrap_opendir(const char *name)
{
	return refused() ? NULL : __real_opendir(name);
}

/* Its memory is the C library's, and fclose(3) gives it back. */
FILE *__wrap_fopencookie(void *cookie, const char *mode, cookie_io_functions_t functions)
{
	return refused() ? NULL : __real_fopencookie(cookie, mode, functions);
}

int id;
pid_t holder;
pid_t attacher;
struct shmbox_map map;

/* ---- one after the other ---- */

static int open_files(void)
{
	int count = 0;

	for (int fd = 0; fd < 256; fd++)
		count += fcntl(fd, F_GETFD) >= 0;
	return count;
}

static int attaches(void)
{
	struct shmbox_info info;

	assert(shmbox_stat(id, &info) == 0);
	return (int)info.attached;
}

/* Until no call is refused any more. Returns how many calls it makes. */
static int try_it(int (*run)(void), const char *name)
{
	int files = open_files();

	for (fails = 1;; fails++) {
		int rc;

		calls = 0;
		failed = false;
		rc = run();
		if (rc != 0 && !(failed && rc == -ENOMEM)) {
			fprintf(stderr, "%s: %d at call %d\n", name, rc, fails);
			abort();
		}
		/* where there is another way, one refusal need not be the end; many are */
		assert(!failed || !onward || rc == -ENOMEM);
		assert(blocks == 0 && open_files() == files && attaches() == MANY + 2);
		if (!failed)
			break;
	}
	fails = 0;
	return calls;
}

/* A child that has the segment attached this many times. */
static pid_t attach_often(int times)
{
	struct shmbox_map maps[MANY];
	int ends[2];
	pid_t child;
	char byte;

	assert(times <= MANY && pipe(ends) == 0);
	child = fork();
	assert(child >= 0);
	if (child == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		for (int i = 0; i < times; i++)
			assert(shmbox_attach(id, 0, &maps[i]) == 0);
		assert(write(ends[1], "", 1) == 1);
		for (;;)
			pause();
	}
	assert(read(ends[0], &byte, 1) == 1);
	close(ends[0]);
	close(ends[1]);
	return child;
}

int main(int argc, char **argv)
{
	const struct shmbox_spec spec = { .size = SIZE, .mode = 0600 };
	struct shmbox_info *infos;
	int ids[MANY];

	for (int i = 0; i < MANY; i++) {
		ids[i] = shmbox_create(&spec);
		assert(ids[i] >= 0);
	}
	id = ids[0];
	holder = attach_often(1);
	attacher = attach_often(MANY);
	assert(shmbox_attach(id, 0, &map) == 0);
	assert(shmbox_write(&map, 0, "x", 1) == 1);
	for (size_t i = 0; i < trial_count; i++) {
		bool wanted = !trials[i].asked;
		int count;

		for (int k = 1; k < argc; k++)
			wanted |= strcmp(argv[k], trials[i].name) == 0;
		if (!wanted)
			continue;
		onward = false;
		count = try_it(trials[i].run, trials[i].name);
		onward = true;
		try_it(trials[i].run, trials[i].name);
		printf("%s %d\n", trials[i].name, count);
	}
	kill(holder, SIGKILL);
	kill(attacher, SIGKILL);
	while (wait(NULL) > 0)
		;
	shmbox_detach(&map);
	for (int i = 0; i < MANY; i++)
		assert(shmbox_remove(ids[i]) == 0);
	assert(shmbox_list(&infos) == 0 && !infos);
	return 0;
}
