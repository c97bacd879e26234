/* SPDX-License-Identifier: MIT */
/* sweep-world.h - what the files that set up a case share */

#pragma once

#include "sweep.h"

/* Sizes in bytes, and keys. */
enum {
	PLAIN = 20001,
	PLAIN_DATA = 9000,
	BIG = 600001,
	BIG_HOLE = 200000,
	BIG_END = 409600,
	LARGE = 17825793,
	BLOCK = 4194304,
	HUGE = 4194304,
	KEY = 0x5432,
	ORPHAN_KEY = 0x99,
	LATER_KEY = 0x777
};

/* sweep-segments.c */
/* Fills a part of a buffer with bytes that depend on their offset only. */
void pattern(char *to, size_t from, size_t end);
char *attach(int id);
int make_segment(key_t key, size_t size);
/* Makes a segment with data up to one offset, and from another offset on. */
void add_segment(key_t key, size_t size, size_t data, size_t again);
void add_segment_of_huge_pages(void);
void add_segment_of_words(void);

/* sweep-files.c */
/* Returns a descriptor of a file with this content. */
int file_of(const char *bytes, size_t length);
/* Returns the descriptor that becomes standard input. */
int world_input(const struct world *world);
/* Sets the descriptor that becomes standard output, and its reader. */
void world_output(struct world *world);
/* Removes all files in a directory. */
void empty_directory(const char *directory);
