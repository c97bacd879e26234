/* SPDX-License-Identifier: MIT */
/* api.h - what the parts of the program api share: see api.c */

#pragma once

#undef NDEBUG
#include <assert.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include <shmbox/shmbox.h>

/* ---- the tests ---- */

/* A test has run, or on if it needs another process. */
struct test {
	const char *name;
	void (*run)(void);
	void (*on)(pid_t other);
};

#define TEST(function) .name = #function, .run = function
#define TEST_ON(function) .name = #function, .on = function

/* The tests of each part; the last element has no name. */
extern const struct test create_tests[];
extern const struct test bytes_tests[];
extern const struct test jobs_tests[];
extern const struct test continued_tests[];
extern const struct test ranges_tests[];
extern const struct test fields_tests[];
extern const struct test waits_tests[];
extern const struct test freeze_tests[];
extern const struct test processes_tests[];
extern const struct test errors_tests[];
extern const struct test holders_tests[];
extern const struct test orphan_tests[];
extern const struct test namespaces_tests[];
extern const struct test threads_tests[];
extern const struct test locks_tests[];
extern const struct test copies_tests[];

/* ---- segments ---- */

enum { SIZE = 5000, NO_ID = 2147483646, NOBODY = 65534, THREADS = 4, ROUNDS = 200 };

static const key_t key = 0x61706900;

int make(uint64_t size);
struct shmbox_map attach(int id);
struct shmbox_info look(int id);
void destroy(int id);

/* The bytes of a segment that are in memory. */
int64_t resident(int id);

/* The cause of an error rc of this operation. */
struct shmbox_cause why(enum shmbox_op op, int rc, const struct shmbox_spec *spec);

/* ---- bytes ---- */

enum { MUCH = 5242883 }; /* more than any pipe contains, and no multiple of a page */

/* Whether this machine stores the low byte of a number first. */
bool little(void);

/* The byte at a place of the pattern, of which no two pages are alike. */
char pattern(uint64_t place);
void fill(const struct shmbox_map *map, uint64_t offset, uint64_t length);
bool is_pattern(const char *bytes, uint64_t offset, uint64_t length);
bool is_zero(const char *bytes, uint64_t length);

/* All bytes of a segment; the caller frees them. */
char *content(const struct shmbox_map *map);

/* A file without a name. */
int temporary(void);
bool open_pipe(int ends[2], int flags);

/* What a thread has read from fd, to its end: bytes has room for MUCH and one more. */
struct reader {
	int fd;
	char *bytes;
	size_t length;
};

void *read_all(void *context);

/* ---- walks and jobs ---- */

/* The pieces that a walk has passed to step(). */
struct steps {
	uint64_t place;
	uint64_t last;  /* the length of the last piece */
	uint64_t holes; /* bytes in them */
	int calls;
	int stop_at; /* the call that ends it with 42, or 0 */
};

int step(void *data, const void *bytes, uint64_t length);

/* Ends a job with 42 at this call of progress(). */
struct ending {
	int at;
	int calls;
};

int end_it(void *context);

/* Lets a signal interrupt what blocks a hundred times a second, or no longer. */
void be_interrupted(bool on);

/* ---- processes ---- */

void end_child(pid_t child);

/* The pid of a process that has ended. */
pid_t ended_process(void);
