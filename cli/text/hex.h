/* hex.h - a canonical dump: offset, 16 bytes, text, and * for lines that repeat */
#ifndef HEX_H
#define HEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { HEX_ROW = 16, HEX_BUFFER = 16384 };

/* Set offset to that of the first byte, leave the rest zero. */
struct hex {
	uint64_t offset;
	unsigned char row[HEX_ROW];
	unsigned char before[HEX_ROW];
	int filled;
	bool has_before;
	bool skipping;
	int error; /* of standard output, a negated errno; nothing is written after it */
	size_t used;
	char out[HEX_BUFFER];
};

void hex_add(struct hex *hex, const char *bytes, size_t length);
/* So many zeros, at a cost that does not grow with their number. */
void hex_add_zeros(struct hex *hex, uint64_t length);
/* The last row; if it repeats the one before, the offset behind it instead. All is written. */
void hex_end(struct hex *hex);

#endif
