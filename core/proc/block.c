/* SPDX-License-Identifier: MIT */
/* block.c - an array that grows by doubling */

#include "proc/procfs.h"

void *grow_block(void *block, size_t count, size_t size)
{
	/* the block is full exactly when count is 0 or a power of two */
	if (count & (count - 1))
		return block;
	return realloc(block, size * (count ? 2 * count : 1));
}
