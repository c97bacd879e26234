/* block.c - a list in one block of memory, which grows */

#include "proc/procfs.h"

void *room_for_one(void *block, size_t count, size_t size)
{
	/* a full block has a power of two of them */
	if (count & (count - 1))
		return block;
	return realloc(block, size * (count ? 2 * count : 1));
}
