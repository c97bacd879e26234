/* swap.c - whether pages of a segment may be in swap */

#include <sys/sysinfo.h>

#include "bytes/file.h"
#include "proc/procfs.h"

struct swapins {
	int64_t disk;
	int64_t memory;
};

static bool count_swapins(const char *line, void *data)
{
	struct swapins *swapins = data;
	int64_t *count = strncmp(line, "pswpin ", 7) == 0   ? &swapins->disk
	                 : strncmp(line, "zswpin ", 7) == 0 ? &swapins->memory
	                                                    : NULL;

	line += 7;
	if (count)
		*count = (int64_t)next_number(&line, 10);
	return true;
}

/* Returns the pages read from swap since the boot, compressed swap (zswap) included. */
static int64_t read_swapins(void)
{
	struct swapins swapins = { SHMBOX_UNKNOWN, SHMBOX_UNKNOWN };
	char zswap[4] = "";

	each_line("/proc/vmstat", count_swapins, &swapins);
	if (swapins.memory < 0 && (read_file("/sys/module/zswap/parameters/enabled",
	                                     zswap, sizeof(zswap)) == -ENOENT ||
	                           zswap[0] == 'N'))
		swapins.memory = 0;
	return swapins.disk < 0 || swapins.memory < 0 ? SHMBOX_UNKNOWN
	                                              : swapins.disk + swapins.memory;
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
