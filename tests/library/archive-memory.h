/* SPDX-License-Identifier: MIT */
/* archive-memory.h - what the files of the program archive share */

#pragma once

#undef NDEBUG
#include <assert.h>
#include <stddef.h>

#include <shmbox/shmbox.h>

enum { ROOM = 1 << 20 };

extern char archive[ROOM];
extern size_t length; /* of the archive */
extern size_t place;  /* where it is read */
extern size_t step;   /* bytes of one read; 0: as many as are asked for */
extern size_t room;   /* put() fails past this; 0: never */

int put(void *context, const void *bytes, size_t count);
int64_t get(void *context, void *bytes, size_t count);

int make(uint64_t size);
struct shmbox_map attach(int id);
/* Detaches a segment and removes it. */
void detach(struct shmbox_map *map);
void write_text(const struct shmbox_map *map, uint64_t offset, const char *text);

/* Writes an archive of one segment. Returns 0 or the error. */
int dump(const struct shmbox_map *map, unsigned flags);
/* Reads the archive, without a segment. Returns 0 or the error. */
int check(struct shmbox_restore *reader);
