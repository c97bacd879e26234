/* SPDX-License-Identifier: MIT */
/* limits.c - the limits on segments, and how much of them is in use */

#include <sys/resource.h>

#include "proc/procfs.h"
#include "segment/segment.h"

static const char pools_directory[] = "/sys/kernel/mm/hugepages";

static bool read_pool_number(const char *pool, const char *name, uint64_t *out)
{
	char path[320];
	int64_t number;

	snprintf(path, sizeof(path), "%s/%s/%s", pools_directory, pool, name);
	number = read_number(path);
	*out = (uint64_t)number;
	return number >= 0;
}

static bool read_pool(const char *name, const char *size, struct shmbox_pool *pool)
{
	pool->page_size = next_number(&size, 10) * 1024;
	return read_pool_number(name, "nr_hugepages", &pool->total) &&
	       read_pool_number(name, "free_hugepages", &pool->free) &&
	       read_pool_number(name, "resv_hugepages", &pool->reserved);
}

/* Inserts pool into count pools that are sorted by page size, smallest first. */
static void insert_pool(struct shmbox_pool *pools, int count, struct shmbox_pool pool)
{
	for (; count > 0 && pools[count - 1].page_size > pool.page_size; count--)
		pools[count] = pools[count - 1];
	pools[count] = pool;
}

struct pools {
	struct shmbox_pool *pools;
	int count; /* SHMBOX_UNKNOWN if any number cannot be read */
};

static bool add_pool(const char *name, void *data)
{
	static const char prefix[] = "hugepages-";
	struct pools *found = data;
	struct shmbox_pool pool;

	if (strncmp(name, prefix, strlen(prefix)) != 0)
		return true;
	if (!read_pool(name, name + strlen(prefix), &pool)) {
		found->count = SHMBOX_UNKNOWN;
		return false;
	}
	insert_pool(found->pools, found->count++, pool);
	return found->count < SHMBOX_HUGE_POOLS;
}

static int read_pools(struct shmbox_pool *pools)
{
	struct pools found = { .pools = pools };

	return each_name(pools_directory, add_pool, &found) < 0 ? SHMBOX_UNKNOWN
	                                                        : found.count;
}

int shmbox_rmid_forced(void)
{
	return (int)read_number("/proc/sys/kernel/shm_rmid_forced");
}

/*
 * A 64-bit kernel cuts limits to the long of a 32-bit process (ipc/shm.c, compat). The
 * file at path has the whole number; reported is the result if it cannot be read.
 */
static uint64_t untruncated(uint64_t reported, const char *path)
{
	char text[32];
	const char *at = text;
	uint64_t number;

	if (sizeof(long) == sizeof(uint64_t) || read_file(path, text, sizeof(text)) <= 0)
		return reported;
	number = next_number(&at, 10);
	return at ? number : reported;
}

static int read_maxima(struct shminfo *maxima)
{
	int refusal = shmctl(0, IPC_INFO, (struct shmid_ds *)maxima) < 0 ? -errno : 0;
	int64_t segments;

	if (refusal == 0)
		return 0;
	segments = read_number("/proc/sys/kernel/shmmni");
	*maxima = (struct shminfo){
		.shmmni = (unsigned long)segments,
		.shmall = (unsigned long)read_number("/proc/sys/kernel/shmall"),
		.shmmax = (unsigned long)read_number("/proc/sys/kernel/shmmax"),
	};
	return segments < 0 ? refusal : 0;
}

static bool add_usage(const struct shmbox_info *row, void *data)
{
	struct shm_info *usage = data;

	usage->used_ids++;
	usage->shm_tot += (unsigned long)((row->size + page_size() - 1) / page_size());
	usage->shm_rss += (unsigned long)((uint64_t)row->count / page_size());
	usage->shm_swp += (unsigned long)((uint64_t)row->swapped / page_size());
	return true;
}

static int read_usage(struct shm_info *usage)
{
	int refusal = shmctl(0, SHM_INFO, (struct shmid_ds *)usage) < 0 ? -errno : 0;

	if (refusal == 0)
		return 0;
	*usage = (struct shm_info){ 0 };
	return each_row(add_usage, usage) < 0 ? refusal : 0;
}

/*
 * True if segments may have huge pages, whose resident size the kernel counts wrongly
 * (docs/kernel.md, The table). Without /sys, a resident size above the sum of all pages
 * shows it.
 */
static bool huge_pages_in_use(const struct shmbox_limits *limits)
{
	if (limits->pool_count < 0)
		return (uint64_t)limits->resident / limits->page_size > limits->pages;
	for (int i = 0; i < limits->pool_count; i++) {
		if (limits->pools[i].free < limits->pools[i].total)
			return true;
	}
	return false;
}

int shmbox_get_limits(struct shmbox_limits *limits)
{
	struct shm_info usage = { 0 };
	struct shminfo maxima = { 0 };
	struct rlimit memlock;
	int rc = read_maxima(&maxima);

	if (rc == 0)
		rc = read_usage(&usage);
	if (rc < 0)
		return rc;
	if (getrlimit(RLIMIT_MEMLOCK, &memlock) < 0)
		return -errno;
	*limits = (struct shmbox_limits){
		.page_size = page_size(),
		.max_segments = maxima.shmmni,
		.max_pages = untruncated(maxima.shmall, "/proc/sys/kernel/shmall"),
		.max_size = untruncated(maxima.shmmax, "/proc/sys/kernel/shmmax"),
		.segments = (uint64_t)usage.used_ids,
		.pages = usage.shm_tot,
		.resident = (int64_t)(usage.shm_rss * page_size()),
		.swapped = usage.shm_swp * page_size(),
		.memlock =
			memlock.rlim_cur == RLIM_INFINITY ? UINT64_MAX : memlock.rlim_cur,
		.rmid_forced = shmbox_rmid_forced(),
	};
	limits->pool_count = read_pools(limits->pools);
	if (huge_pages_in_use(limits))
		limits->resident = SHMBOX_UNKNOWN;
	return 0;
}

int64_t shmbox_oom_kills(void)
{
	return named_number("/proc/vmstat", "oom_kill ");
}

int64_t shmbox_available(void)
{
	int64_t memory = named_number("/proc/meminfo", "MemAvailable:");
	int64_t swap = named_number("/proc/meminfo", "SwapFree:");
	int64_t sum = (memory > 0 ? memory : 0) + (swap > 0 ? swap : 0);

	return sum ? sum * 1024 : SHMBOX_UNKNOWN;
}
