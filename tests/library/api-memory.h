/* SPDX-License-Identifier: MIT */
/* api-memory.h - what the files of api-memory share */

#pragma once

#undef NDEBUG
#include <assert.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include <shmbox/shmbox.h>

enum {
	SIZE = 300000,
	MANY = 70
}; /* bytes of the segment; number of segments, and of attaches */

extern int id;                /* a segment with data in it, .. */
extern pid_t holder;          /* .. which a child has attached .. */
extern pid_t attacher;        /* .. and another one, many times */
extern struct shmbox_map map; /* of the segment */

struct trial {
	const char *name;
	int (*run)(void); /* returns 0 or a negated errno */
	bool asked;       /* only if its name is given */
};

extern const struct trial trials[];
extern const size_t trial_count;

/* api-memory-archive.c */
int dumps(void);
/* Reads what dumps() has written. */
int restores(void);
