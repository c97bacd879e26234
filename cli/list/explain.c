/* SPDX-License-Identifier: MIT */
/* explain.c - which limit or right made a shmget(2) fail, for each errno */

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

#include <shmbox/shmbox.h>

#include "diag/diag.h"
#include "list/explain.h"
#include "list/limits.h"
#include "text/io.h"
#include "text/text.h"

static void begin_section(const char *name, const char *words)
{
	fprintf(output, "%s (%s):\n", name, words);
}

static void print_cause(const char *words)
{
	fprintf(output, "  %s\n", words);
}

__attribute__((format(printf, 1, 2))) static void print_now(const char *format, ...)
{
	va_list list;

	va_start(list, format);
	fputs("    now: ", output);
	vfprintf(output, format, list);
	putc('\n', output);
	va_end(list);
}

static void print_help(const char *advice)
{
	if (*advice)
		fprintf(output, "    try: %s\n", advice);
}

/* The words of a failed operation with this cause; returns its advice. */
static const char *print_known(int error, const struct shmbox_cause *cause,
                               char advice[CAUSE_ROOM])
{
	char words[CAUSE_ROOM];

	cause_words(SHMBOX_CREATE, -error, cause, words, advice);
	print_cause(words);
	return advice;
}

/* Twice a limit, for a command that raises it. */
static uint64_t twice(uint64_t limit)
{
	return limit > UINT64_MAX / 2 ? UINT64_MAX : limit * 2 + !limit;
}

static void explain_segments(const struct shmbox_limits *limits)
{
	const struct shmbox_cause cause = {
		.kind = SHMBOX_CAUSE_SHMMNI,
		.limit = limits->max_segments,
		.used = limits->segments,
	};
	uint64_t percent = percent_used(limits->segments, limits->max_segments);
	char advice[CAUSE_ROOM];
	char segments[TEXT_MAX];

	print_known(ENOSPC, &cause, advice);
	print_now("%s, %llu%%%s", text_count(segments, limits->segments, "segment"),
	          (unsigned long long)percent, fullness(percent));
	print_help(advice);
}

static void explain_pages(const struct shmbox_limits *limits)
{
	uint64_t left = limit_rest(limits->max_pages, limits->pages);
	uint64_t percent = percent_used(limits->pages, limits->max_pages);
	const struct shmbox_cause cause = {
		.kind = SHMBOX_CAUSE_SHMALL,
		.limit = limits->max_pages,
		.used = limits->pages,
		.wanted = left + 1,
	};
	char advice[CAUSE_ROOM];
	char pages[TEXT_MAX];

	text_count(pages, limits->pages, "page");
	if (is_unlimited(limits->max_pages)) {
		print_cause("more pages than kernel.shmall allows in total");
		print_now("%s; kernel.shmall is unlimited", pages);
		return;
	}
	print_known(ENOSPC, &cause, advice);
	print_now("%s, %llu%%%s", pages, (unsigned long long)percent, fullness(percent));
	fprintf(output, "    try: sysctl -w kernel.shmall=%llu\n",
	        (unsigned long long)twice(limits->max_pages));
}

/* The largest segment that the limits allow, which shows whether memory is the next one. */
static void explain_memory(const struct shmbox_limits *limits)
{
	uint64_t left = limit_rest(limits->max_pages, limits->pages);
	uint64_t most = left < INT64_MAX / limits->page_size ? left * limits->page_size
	                                                     : INT64_MAX;
	const struct shmbox_spec spec = {
		.mode = 0600,
		.size = most < limits->max_size ? most : limits->max_size,
	};
	int rc = spec.size ? shmbox_would_fit(SHMBOX_CREATE, &spec) : 0;
	struct shmbox_cause cause;
	char advice[CAUSE_ROOM];
	char size[TEXT_MAX];

	if (rc == -ENOMEM) {
		shmbox_explain(SHMBOX_CREATE, rc, &spec, &cause);
		print_help(print_known(ENOMEM, &cause, advice));
		return;
	}
	print_cause("more than the memory and swap of this machine");
	print_now(
		"memory suffices for all that kernel.shmmax and kernel.shmall allow (%s)",
		text_size(size, spec.size));
}

static void explain_pool(const struct shmbox_pool *pool)
{
	uint64_t left = pool->free > pool->reserved ? pool->free - pool->reserved : 0;
	const struct shmbox_cause cause = {
		.kind = SHMBOX_CAUSE_HUGE_POOL,
		.limit = left,
		.used = pool->total,
		.wanted = left + 1,
		.huge_page = pool->page_size,
	};
	char advice[CAUSE_ROOM];
	char size[TEXT_MAX];

	print_known(ENOMEM, &cause, advice);
	print_now("%llu of %llu huge pages of %s are left", (unsigned long long)left,
	          (unsigned long long)pool->total, text_size(size, pool->page_size));
	print_help(advice);
}

static void explain_size(const struct shmbox_limits *limits)
{
	const struct shmbox_cause cause = {
		.kind = SHMBOX_CAUSE_SHMMAX,
		.limit = limits->max_size,
		.wanted = twice(limits->max_size),
	};
	char advice[CAUSE_ROOM];

	print_cause("the size is 0");
	if (is_unlimited(limits->max_size)) {
		print_cause("more than kernel.shmmax allows in one segment");
		print_now("kernel.shmmax is unlimited");
	} else {
		print_help(print_known(EINVAL, &cause, advice));
	}
}

static void explain_sizes_of_pages(const struct shmbox_limits *limits)
{
	const struct shmbox_cause cause = { .kind = SHMBOX_CAUSE_HUGE_SIZE };
	char advice[CAUSE_ROOM];
	char size[TEXT_MAX];

	print_known(EINVAL, &cause, advice);
	if (limits->pool_count == 0)
		print_now("there are no huge pages");
	else if (limits->pool_count < 0)
		print_now("the sizes are unknown: /sys is missing");
	else
		fputs("    now:", output);
	for (int i = 0; i < limits->pool_count; i++)
		fprintf(output, " %s%s", text_size(size, limits->pools[i].page_size),
		        i == limits->pool_count - 1 ? "\n" : "");
}

static void explain_rights(void)
{
	struct shmbox_cause cause = { .kind = SHMBOX_CAUSE_HUGE_RIGHT };
	char advice[CAUSE_ROOM];

	print_known(EPERM, &cause, advice);
	print_now("user %u, group %u", (unsigned)geteuid(), (unsigned)getegid());
	fprintf(output, "    try: sysctl -w vm.hugetlb_shm_group=%u\n",
	        (unsigned)getegid());
	cause.kind = SHMBOX_CAUSE_POLICY;
	print_known(EPERM, &cause, advice);
}

/* How many segments have a key, and how many of these another owner. */
static void explain_keys(const struct shmbox_info *infos, int count)
{
	char keyed[TEXT_MAX];
	int foreign = 0;
	unsigned keys = 0;

	for (int i = 0; i < count; i++) {
		keys += infos[i].key != 0;
		foreign += infos[i].key && infos[i].owner_uid != geteuid();
	}
	text_count(keyed, keys, "segment");
	begin_section("EACCES", "Permission denied");
	print_cause("the mode of the segment with this key does not allow the access");
	print_now("%s with a key, %d with another owner", keyed, foreign);
	print_help("shmls --key KEY shows its owner and mode; shmset --mode changes it");
	begin_section("EEXIST", "File exists");
	print_cause("a segment with this key exists, and IPC_EXCL requires a new one");
	print_now("%s with a key", keyed);
	print_help("shmls --key KEY shows it; shmkey --new prints a free key");
}

void explain_limits(const struct shmbox_limits *limits, const struct shmbox_info *infos,
                    int count)
{
	begin_section("ENOSPC", "No space left on device");
	explain_segments(limits);
	explain_pages(limits);
	begin_section("ENOMEM", "Cannot allocate memory");
	explain_memory(limits);
	for (int i = 0; i < limits->pool_count; i++)
		explain_pool(&limits->pools[i]);
	begin_section("EINVAL", "Invalid argument");
	explain_size(limits);
	print_cause("the segment with this key is smaller than the size");
	print_help("shmls --key KEY shows its size, which cannot change");
	explain_sizes_of_pages(limits);
	begin_section("EPERM", "Operation not permitted");
	explain_rights();
	explain_keys(infos, count);
}
