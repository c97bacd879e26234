/* SPDX-License-Identifier: MIT */
/* obstacle.c - whether the creation of a segment would fail, and why */

#include <sys/sysinfo.h>

#include "proc/procfs.h"
#include "segment/rights.h"
#include "segment/segment.h"

enum { OVERCOMMIT_NEVER = 2 };

static uint64_t pages_of(uint64_t size, uint64_t page)
{
	return size / page + (size % page != 0);
}

/* Returns a number of /proc/meminfo in bytes, or 0 if it is missing. */
static uint64_t read_meminfo(const char *name)
{
	int64_t kibibytes = named_number("/proc/meminfo", name);

	return kibibytes > 0 ? (uint64_t)kibibytes * 1024 : 0;
}

/* Stores a cause, and returns the negated errno of shmget(2) for it. */
static int set_cause(struct shmbox_cause *cause, enum shmbox_cause_kind kind,
                     uint64_t limit, uint64_t used, uint64_t wanted)
{
	static const int errors[] = {
		[SHMBOX_CAUSE_SIZE_ZERO] = EINVAL, [SHMBOX_CAUSE_SHMMAX] = EINVAL,
		[SHMBOX_CAUSE_SHMALL] = ENOSPC,    [SHMBOX_CAUSE_SHMMNI] = ENOSPC,
		[SHMBOX_CAUSE_MEMORY] = ENOMEM,    [SHMBOX_CAUSE_FILL] = ENOMEM,
		[SHMBOX_CAUSE_COMMIT] = ENOMEM,    [SHMBOX_CAUSE_KEY_TAKEN] = EEXIST,
		[SHMBOX_CAUSE_SMALLER] = EEXIST,   [SHMBOX_CAUSE_ID_TAKEN] = EEXIST,
		[SHMBOX_CAUSE_ADDRESSES] = EINVAL, [SHMBOX_CAUSE_HUGE_SIZE] = EINVAL,
		[SHMBOX_CAUSE_HUGE_POOL] = ENOMEM, [SHMBOX_CAUSE_KEY_CLOSED] = EEXIST,
		[SHMBOX_CAUSE_KEY_OWN] = EEXIST,
	};

	cause->kind = kind;
	cause->limit = limit;
	cause->used = used;
	cause->wanted = wanted;
	return -errors[kind];
}

/* Applies the overcommit rules of __vm_enough_memory() in mm/util.c. */
static int short_of_memory(const struct shmbox_spec *spec, struct shmbox_cause *cause)
{
	struct sysinfo machine;
	uint64_t limit;
	int64_t policy = read_number("/proc/sys/vm/overcommit_memory");

	if (policy == OVERCOMMIT_NEVER) {
		uint64_t used = read_meminfo("Committed_AS:");

		limit = read_meminfo("CommitLimit:");
		if (limit && (used > limit || spec->size > limit - used))
			return set_cause(cause, SHMBOX_CAUSE_COMMIT, limit, used,
			                 spec->size);
		return 0;
	}
	if ((!spec->filled && (policy == 1 || spec->noreserve)) || sysinfo(&machine) < 0)
		return 0;
	limit = ((uint64_t)machine.totalram + machine.totalswap) * machine.mem_unit;
	if (spec->size <= limit)
		return 0;
	return set_cause(cause, spec->filled ? SHMBOX_CAUSE_FILL : SHMBOX_CAUSE_MEMORY,
	                 limit, 0, spec->size);
}

static int short_of_huge_pages(const struct shmbox_spec *spec,
                               const struct shmbox_limits *limits,
                               struct shmbox_cause *cause)
{
	uint64_t wanted = pages_of(spec->size, spec->huge_page);

	for (int i = 0; i < limits->pool_count; i++) {
		const struct shmbox_pool *pool = &limits->pools[i];
		uint64_t left =
			pool->free > pool->reserved ? pool->free - pool->reserved : 0;

		if (pool->page_size != spec->huge_page)
			continue;
		if (spec->noreserve || wanted <= left)
			return 0;
		cause->huge_page = spec->huge_page;
		return set_cause(cause, SHMBOX_CAUSE_HUGE_POOL, left, pool->total,
		                 wanted);
	}
	/* without /sys the pools are unknown: the kernel decides */
	if (limits->pool_count < 0)
		return 0;
	return set_cause(cause, SHMBOX_CAUSE_HUGE_SIZE, 0, 0, spec->huge_page);
}

/* Why a segment with the wanted key cannot be used instead of a new one. */
static enum shmbox_cause_kind key_cause(const struct shmbox_info *info)
{
	if (mode_allows(info, 4))
		return SHMBOX_CAUSE_KEY_TAKEN;
	return owns(info) ? SHMBOX_CAUSE_KEY_OWN : SHMBOX_CAUSE_KEY_CLOSED;
}

/*
 * Checks whether the key or the id in spec is taken. Returns 0 if both are free, a
 * negated errno if creation would fail, or 1 if op obtains the existing segment.
 */
static int check_taken(enum shmbox_op op, const struct shmbox_spec *spec,
                       struct shmbox_cause *cause)
{
	const struct shmbox_ref ref = { .by_key = true, .key = spec->key };
	struct shmbox_info info;

	if (!spec->new_key && spec->key != IPC_PRIVATE) {
		cause->id = shmbox_lookup(ref);
		if (cause->id >= 0 && shmbox_stat(cause->id, &info) == 0) {
			cause->owner = info.owner_uid;
			if (info.size < spec->size)
				return set_cause(cause, SHMBOX_CAUSE_SMALLER, info.size,
				                 0, spec->size);
			if (op == SHMBOX_OBTAIN)
				return 1;
			cause->mode = info.mode;
			return set_cause(cause, key_cause(&info), info.size, 0,
			                 spec->size);
		}
	}
	cause->id = spec->id;
	if (spec->want_id && slot_occupant(spec->id) >= 0)
		return set_cause(cause, SHMBOX_CAUSE_ID_TAKEN, 0, 0, 0);
	return 0;
}

/* The checks are in the order of the kernel (ipc/shm.c; docs/kernel.md, Creation). */
int find_obstacle(enum shmbox_op op, const struct shmbox_spec *spec,
                  struct shmbox_cause *cause)
{
	struct shmbox_limits limits = { 0 };
	uint64_t pages;
	int rc = check_taken(op, spec, cause);

	if (rc != 0)
		return rc < 0 ? rc : 0;
	rc = spec->want_id ? may_choose_id() : 0;
	if (rc == 0)
		rc = shmbox_get_limits(&limits);
	if (rc < 0)
		return rc;
	pages = pages_of(spec->size, page_size());
	if (spec->size == 0)
		return set_cause(cause, SHMBOX_CAUSE_SIZE_ZERO, 0, 0, 0);
	/* the size does not fit the size_t of a 32-bit process */
	if (spec->size > SIZE_MAX)
		return set_cause(cause, SHMBOX_CAUSE_ADDRESSES, 0, 0, spec->size);
	if (spec->size > limits.max_size)
		return set_cause(cause, SHMBOX_CAUSE_SHMMAX, limits.max_size, 0,
		                 spec->size);
	/* a segment is a file, whose size is a signed number of 64 bits */
	if (spec->size > INT64_MAX)
		return set_cause(cause, SHMBOX_CAUSE_ADDRESSES, 0, 0, spec->size);
	if (limits.pages > limits.max_pages || pages > limits.max_pages - limits.pages)
		return set_cause(cause, SHMBOX_CAUSE_SHMALL, limits.max_pages,
		                 limits.pages, pages);
	rc = spec->huge_page ? short_of_huge_pages(spec, &limits, cause)
	                     : short_of_memory(spec, cause);
	if (rc < 0)
		return rc;
	if (limits.segments >= limits.max_segments)
		return set_cause(cause, SHMBOX_CAUSE_SHMMNI, limits.max_segments,
		                 limits.segments, 0);
	return 0;
}

int shmbox_would_fit(enum shmbox_op op, const struct shmbox_spec *spec)
{
	struct shmbox_cause cause = { 0 };

	if ((op != SHMBOX_CREATE && op != SHMBOX_OBTAIN) || !is_mode(spec->mode))
		return -EINVAL;
	return find_obstacle(op, spec, &cause);
}
