/* SPDX-License-Identifier: MIT */
/* metrics.c - segments and limits as metrics, in the text format of Prometheus */

#include <stdio.h>
#include <stdlib.h>

#include <shmbox/shmbox.h>

#include "list/limits.h"
#include "list/metrics.h"
#include "text/io.h"
#include "text/text.h"

enum metric {
	SEGMENTS,
	SIZE,
	ATTACHES,
	RESIDENT,
	SWAPPED,
	ORPHANS,
	ORPHANS_SIZE,
	UNKNOWN,
	UNKNOWN_SIZE,
	MARKED,
	MARKED_SIZE,
	PAGES, /* from here on there are only totals */
	MAX_SEGMENTS,
	MAX_PAGES,
	MAX_SIZE,
	METRICS,
};

static const struct {
	char name[20];
	char help[44];
} metrics[] = {
	[SEGMENTS] = { "segments", "Number of segments" },
	[SIZE] = { "size_bytes", "Size of all segments" },
	[ATTACHES] = { "attaches", "Number of attaches" },
	[RESIDENT] = { "resident_bytes", "Bytes of segments in memory" },
	[SWAPPED] = { "swapped_bytes", "Bytes of segments in swap" },
	[ORPHANS] = { "orphaned_segments", "Number of orphans" },
	[ORPHANS_SIZE] = { "orphaned_bytes", "Size of all orphans" },
	[UNKNOWN] = { "unknown_segments", "Number of segments that may be orphans" },
	[UNKNOWN_SIZE] = { "unknown_bytes", "Size of segments that may be orphans" },
	[MARKED] = { "marked_segments", "Number of segments marked for removal" },
	[MARKED_SIZE] = { "marked_bytes", "Size of segments marked for removal" },
	[PAGES] = { "pages", "Number of pages of all segments" },
	[MAX_SEGMENTS] = { "max_segments", "Limit kernel.shmmni" },
	[MAX_PAGES] = { "max_pages", "Limit kernel.shmall" },
	[MAX_SIZE] = { "max_size_bytes", "Limit kernel.shmmax" },
};

/*
 * Amounts of segments, or SHMBOX_UNKNOWN. A sum that does not fit is unknown, too: segments
 * without memory can have sizes of any sum.
 */
struct sums {
	uid_t uid;
	int64_t amounts[METRICS];
};

enum { OWNERS = 50 }; /* that have series of their own in the database of Prometheus */

struct owners {
	struct sums
		list[OWNERS + 1]; /* the last one, if all are used: the other owners */
	char names[OWNERS + 1][TEXT_MAX];
	int count;
};

/* A limit that no use can reach, printed as +Inf. */
#define UNLIMITED INT64_MAX

static int64_t limit_of(uint64_t limit)
{
	return is_unlimited(limit) || limit > INT64_MAX ? UNLIMITED : (int64_t)limit;
}

static void sum_up(int64_t *sums, const int64_t *more)
{
	for (int i = 0; i < METRICS; i++) {
		sums[i] = sums[i] < 0 || more[i] < 0
		                  ? SHMBOX_UNKNOWN
		                  : (int64_t)((uint64_t)sums[i] + (uint64_t)more[i]);
	}
}

static void add(int64_t *sums, const struct shmbox_info *info, struct listing *listing)
{
	int64_t size = (int64_t)info->size;
	int64_t amounts[METRICS] = {
		[SEGMENTS] = 1,
		[SIZE] = size,
		[ATTACHES] = (int64_t)info->attached,
		[RESIDENT] = info->resident,
		[SWAPPED] = info->swapped,
	};
	enum metric state = SEGMENTS;

	if (info->removed) {
		amounts[MARKED] = 1;
		amounts[MARKED_SIZE] = size;
	}
	if (!info->attached) {
		const struct shmbox_verdict *verdict = listing_judge(listing, info);

		if (verdict->orphan == SHMBOX_ORPHAN_YES)
			state = ORPHANS;
		else if (verdict->orphan == SHMBOX_ORPHAN_UNKNOWN)
			state = UNKNOWN;
		/* where processes are invisible, no segment is found to be an orphan */
		if (verdict->reason == SHMBOX_REASON_PROC)
			amounts[ORPHANS] = amounts[ORPHANS_SIZE] = SHMBOX_UNKNOWN;
	}
	/* for any other segment, the number and the size are stored again */
	amounts[state] = 1;
	amounts[state + 1] = size;
	sum_up(sums, amounts);
}

/* Keeps the owners with the largest sums of sizes. */
static void add_owner(struct owners *owners, struct sums *owner)
{
	struct sums *least = owners->list;

	if (owners->count < OWNERS) {
		owners->list[owners->count++] = *owner;
		return;
	}
	owners->count = OWNERS + 1;
	for (int i = 1; i < OWNERS; i++) {
		if (owners->list[i].amounts[SIZE] < least->amounts[SIZE])
			least = &owners->list[i];
	}
	if (owner->amounts[SIZE] > least->amounts[SIZE]) {
		struct sums other = *least;

		*least = *owner;
		*owner = other;
	}
	sum_up(owners->list[OWNERS].amounts, owner->amounts);
}

/* For qsort(3). */
static int by_owner(const void *one, const void *other)
{
	uid_t first = ((const struct shmbox_info *)one)->owner_uid;
	uid_t second = ((const struct shmbox_info *)other)->owner_uid;

	return (first > second) - (first < second);
}

static void find_owners(struct owners *owners, struct shmbox_info *infos, int count,
                        struct listing *listing)
{
	if (count)
		qsort(infos, (size_t)count, sizeof(*infos), by_owner);
	for (int i = 0; i < count;) {
		struct sums owner = { .uid = infos[i].owner_uid };

		for (; i < count && infos[i].owner_uid == owner.uid; i++)
			add(owner.amounts, &infos[i], listing);
		add_owner(owners, &owner);
	}
	for (int i = 0; i < owners->count; i++)
		text_user(owners->names[i], owners->list[i].uid);
}

/* Prints a name as shmls prints it, as the value of a label. */
static void print_name(const char *name)
{
	char escaped[ESCAPED_MAX];

	for (const char *at = text_escaped(escaped, name, true); *at; at++) {
		if (*at == '\\' || *at == '"')
			fputc('\\', output);
		fputc(*at, output);
	}
}

static void print_labels(const struct owners *owners, int index)
{
	if (index == OWNERS) {
		fputs("{owner=\"other\",uid=\"other\"}", output);
		return;
	}
	fputs("{owner=\"", output);
	print_name(owners->names[index]);
	fprintf(output, "\",uid=\"%u\"}", (unsigned)owners->list[index].uid);
}

/* Prints the amounts of count owners, or with labels NULL the one total. */
static void print_metric(enum metric metric, const struct sums *list, int count,
                         const struct owners *labels)
{
	const char *name = metrics[metric].name;
	const char *prefix = labels ? "owner_" : "";
	bool begun = false;

	for (int i = 0; i < count; i++) {
		int64_t amount = list[i].amounts[metric];

		if (amount < 0)
			continue;
		if (!begun)
			fprintf(output,
			        "# HELP shmbox_%s%s %s%s.\n# TYPE shmbox_%s%s gauge\n",
			        prefix, name, metrics[metric].help,
			        labels ? ", by owner" : "", prefix, name);
		begun = true;
		fprintf(output, "shmbox_%s%s", prefix, name);
		if (labels)
			print_labels(labels, i);
		fprintf(output, amount == UNLIMITED ? " +Inf\n" : " %lld\n",
		        (long long)amount);
	}
}

static void find_totals(int64_t *totals, const struct shmbox_limits *limits)
{
	/* the kernel's own sums are known even without /proc */
	if (limits->resident >= 0)
		totals[RESIDENT] = limits->resident;
	totals[SWAPPED] = (int64_t)limits->swapped;
	totals[PAGES] = (int64_t)limits->pages;
	totals[MAX_SEGMENTS] = limit_of(limits->max_segments);
	totals[MAX_PAGES] = limit_of(limits->max_pages);
	totals[MAX_SIZE] = limit_of(limits->max_size);
}

void print_metrics(const struct shmbox_limits *limits, struct shmbox_info *infos,
                   int count, struct listing *listing)
{
	struct owners owners = { 0 };
	struct sums total = { 0 };

	find_owners(&owners, infos, count, listing);
	for (int i = 0; i < owners.count; i++)
		sum_up(total.amounts, owners.list[i].amounts);
	find_totals(total.amounts, limits);
	for (enum metric metric = 0; metric < METRICS; metric++)
		print_metric(metric, &total, 1, NULL);
	for (enum metric metric = 0; metric < PAGES; metric++)
		print_metric(metric, owners.list, owners.count, &owners);
}
