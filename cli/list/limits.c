/* SPDX-License-Identifier: MIT */
/* limits.c - the limits on shared memory and what is in use, as lines or as JSON */

#include <limits.h>
#include <stdio.h>

#include <shmbox/shmbox.h>

#include "list/limits.h"
#include "text/io.h"

enum state { KNOWN, UNLIMITED, UNKNOWN, PERCENT };

struct row {
	const char *name;
	uint64_t number;
	enum state state;
};

/* ULONG_MAX - (1UL << 24) is the default since Linux 3.16 (include/uapi/linux/shm.h). */
bool is_unlimited(uint64_t limit)
{
	return limit >= ULONG_MAX - (1UL << 24);
}

uint64_t percent_used(uint64_t used, uint64_t limit)
{
	if (!limit)
		return 100;
	return limit < UINT64_MAX / 100 ? used * 100 / limit : used / (limit / 100);
}

const char *fullness(uint64_t percent)
{
	if (percent >= 100)
		return " (full)";
	return percent >= 90 ? " (nearly full)" : "";
}

uint64_t limit_rest(uint64_t limit, uint64_t used)
{
	return used < limit ? limit - used : 0;
}

static void json_row(const struct row *row, struct json *json)
{
	if (row->state == UNKNOWN)
		json_null(json, row->name);
	else
		json_count(json, row->name, row->number);
}

static void print_row(const struct row *row)
{
	static const char words[][12] = { [UNLIMITED] = "unlimited", [UNKNOWN] = "?" };
	unsigned long long number = row->number;

	if (row->state == KNOWN)
		fprintf(output, "%s: %llu\n", row->name, number);
	else if (row->state == PERCENT)
		fprintf(output, "%s: %llu%%%s\n", row->name, number, fullness(number));
	else
		fprintf(output, "%s: %s\n", row->name, words[row->state]);
}

static void print_rows(const struct shmbox_limits *limits, struct json *json)
{
	uint64_t pages_free = limit_rest(limits->max_pages, limits->pages);
	enum state shmall = is_unlimited(limits->max_pages) ? UNLIMITED : KNOWN;
	enum state shmmax = is_unlimited(limits->max_size) ? UNLIMITED : KNOWN;
	enum state memlock = limits->memlock == UINT64_MAX ? UNLIMITED : KNOWN;
	const struct row rows[] = {
		{ "shmmni", limits->max_segments, KNOWN },
		{ "segments", limits->segments, KNOWN },
		{ "segments_free", limit_rest(limits->max_segments, limits->segments),
		  KNOWN },
		{ "segments_use", percent_used(limits->segments, limits->max_segments),
		  PERCENT },
		{ "shmall", limits->max_pages, shmall },
		{ "pages", limits->pages, KNOWN },
		{ "pages_free", pages_free, shmall },
		{ "pages_use", percent_used(limits->pages, limits->max_pages), PERCENT },
		{ "shmmax", limits->max_size, shmmax },
		{ "page_size", limits->page_size, KNOWN },
		{ "resident", (uint64_t)limits->resident,
		  limits->resident < 0 ? UNKNOWN : KNOWN },
		{ "swapped", limits->swapped, KNOWN },
		{ "memlock", limits->memlock, memlock },
		{ "rmid_forced", (uint64_t)limits->rmid_forced,
		  limits->rmid_forced < 0 ? UNKNOWN : KNOWN },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		if (json)
			json_row(&rows[i], json);
		else
			print_row(&rows[i]);
	}
	if (!json)
		return;
	json_bool(json, "shmmni_unlimited", is_unlimited(limits->max_segments));
	json_bool(json, "shmall_unlimited", shmall == UNLIMITED);
	json_bool(json, "shmmax_unlimited", shmmax == UNLIMITED);
	json_bool(json, "memlock_unlimited", memlock == UNLIMITED);
}

static void print_pool(const struct shmbox_pool *pool)
{
	fprintf(output, "hugepages_%llukB: %llu total, %llu free, %llu reserved\n",
	        (unsigned long long)pool->page_size / 1024,
	        (unsigned long long)pool->total, (unsigned long long)pool->free,
	        (unsigned long long)pool->reserved);
}

static void json_pool(struct json *json, const struct shmbox_pool *pool)
{
	json_open(json, NULL, '{');
	json_count(json, "page_size", pool->page_size);
	json_count(json, "total", pool->total);
	json_count(json, "free", pool->free);
	json_count(json, "reserved", pool->reserved);
	json_close(json, '}');
}

static void print_pools(const struct shmbox_limits *limits)
{
	if (limits->pool_count < 0)
		fprintf(output, "hugepages: ?\n");
	for (int i = 0; i < limits->pool_count; i++)
		print_pool(&limits->pools[i]);
}

static void json_pools(struct json *json, const struct shmbox_limits *limits)
{
	if (limits->pool_count < 0) {
		json_null(json, "hugepages");
		return;
	}
	json_open(json, "hugepages", '[');
	for (int i = 0; i < limits->pool_count; i++)
		json_pool(json, &limits->pools[i]);
	json_close(json, ']');
}

void print_limits(const struct shmbox_limits *limits, struct json *json)
{
	print_rows(limits, json);
	if (json)
		json_pools(json, limits);
	else
		print_pools(limits);
}
