/* SPDX-License-Identifier: MIT */
/*
 * window.c - limit our resident size while we read a large mapping
 *
 * Every touched page of a mapping counts as our resident memory, although it belongs to
 * the segment. MADV_DONTNEED removes it from our page tables, and does not change the
 * segment.
 */

#include <sys/mman.h>

#include "bytes/source.h"
#include "bytes/touch.h"
#include "proc/procfs.h"

void window_close(struct window *window)
{
	uint64_t page = page_size();
	uint64_t first = window->start & ~(page - 1);

	if (window->end > window->start)
		madvise((char *)window->map->address + first,
		        (size_t)(window->end - first), MADV_DONTNEED);
	window->start = window->end;
}

uint64_t window_move(struct window *window, uint64_t offset, uint64_t length,
                     bool populate)
{
	if (offset >= window->start && offset < window->end)
		return least(length, window->end - offset);
	window_close(window);
	window->start = offset;
	window->end = offset + least(length, WINDOW);
	if (populate)
		prefault((char *)window->map->address + offset,
		         (size_t)(window->end - offset), false);
	return window->end - offset;
}
