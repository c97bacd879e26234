/* SPDX-License-Identifier: MIT */
/* swap.c - whether pages of a segment may be in swap */

#include <sys/sysinfo.h>

#include "bytes/file.h"
#include "proc/procfs.h"

/* Returns the pages read from swap since the boot, compressed swap (zswap) included. */
static int64_t read_swapins(void)
{
	int64_t disk = named_number("/proc/vmstat", "pswpin ");
	int64_t memory = named_number("/proc/vmstat", "zswpin ");
	char zswap[4] = "";

	if (memory < 0 && (read_file("/sys/module/zswap/parameters/enabled", zswap,
	                             sizeof(zswap)) == -ENOENT ||
	                   zswap[0] == 'N'))
		memory = 0;
	return disk < 0 || memory < 0 ? SHMBOX_UNKNOWN : disk + memory;
}

struct swap read_swap(int id)
{
	struct shmbox_info segment = { .id = id, .swapped = SHMBOX_UNKNOWN };
	struct sysinfo machine;

	if (sysinfo(&machine) == 0 && machine.totalswap == 0)
		return (struct swap){ .none = true };
	shmbox_memory(&segment, 1);
	return (struct swap){ .used = segment.swapped, .swapins = read_swapins() };
}

bool nothing_swapped(const struct swap *before, const struct swap *after)
{
	if (before->none && after->none)
		return true;
	return !before->none && !after->none && before->used == 0 && after->used == 0 &&
	       before->swapins >= 0 && before->swapins == after->swapins;
}
