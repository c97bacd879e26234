/* word.h - the word that a process sleeps on while it waits for a value */
#ifndef WORD_H
#define WORD_H

#include <stdint.h>

/* The offset of the word of futex(2), 4 aligned bytes, that contains the byte at offset. */
static inline uint64_t word_of(uint64_t offset)
{
	return offset & ~UINT64_C(3);
}

#endif
