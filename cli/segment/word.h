/* SPDX-License-Identifier: MIT */
/* word.h - the futex(2) word of a process that waits for a value */
#ifndef WORD_H
#define WORD_H

#include <stdint.h>

/*
 * Returns the offset of the futex(2) word, 4 aligned bytes, that contains the byte at
 * offset.
 */
static inline uint64_t word_of(uint64_t offset)
{
	return offset & ~UINT64_C(3);
}

#endif
