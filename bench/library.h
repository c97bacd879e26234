/* SPDX-License-Identifier: MIT */
/* library.h - what library.c and its floors share */

#ifndef LIBRARY_H
#define LIBRARY_H

#include <stdint.h>

enum { BUFFER_SIZE = 65536, PAGE = 4096 }; /* bytes */

/* Memory of this size, which the operation "into" fills. */
extern char *allocated;

int64_t now(void); /* nanoseconds */
char *memory_for(uint64_t size);

/* The operations of library.c, by bare system calls and without checks. */
void floor_allocate(int id, uint64_t size);
void floor_full(int id, uint64_t size);
void floor_into(int id, uint64_t size);
void floor_chunk(int id, uint64_t size);

/* Finds the fastest way for the next calls of this one, with a segment of its own. */
void floor_choose(void (*operation)(int id, uint64_t size), uint64_t size);

#endif
