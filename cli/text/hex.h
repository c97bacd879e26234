/* SPDX-License-Identifier: MIT */
/* hex.h - a hex dump like hexdump -C: offset, 16 bytes, text; * for repeated rows */
#ifndef HEX_H
#define HEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { HEX_ROW = 16, HEX_BUFFER = 16384 };

/* Set offset to that of the first byte, and zero-initialise the rest. */
struct hex {
	uint64_t offset;
	unsigned char row[HEX_ROW];
	unsigned char previous[HEX_ROW];
	int filled;
	bool has_previous;
	bool skipping;
	int error; /* negated errno of standard output; after an error nothing is written */
	size_t used;
	char out[HEX_BUFFER];
};

void hex_add(struct hex *hex, const char *bytes, size_t length);
/* Adds this many zero bytes, in constant time for all rows after the first two. */
void hex_add_zeros(struct hex *hex, uint64_t length);
/*
 * Prints the last row, or the end offset if that row repeats the previous one; writes
 * everything.
 */
void hex_end(struct hex *hex);

#endif
