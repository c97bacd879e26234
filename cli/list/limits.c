/* limits.c - the limits on shared memory and what is in use, as lines or as JSON */

#include <stdio.h>

#include <shmbox/shmbox.h>

#include "list/limits.h"
#include "text/io.h"

enum state { KNOWN, UNLIMITED, UNKNOWN };

struct row {
	const char *name;
	uint64_t number;
	enum state state;
};

static void print_row(const struct row *row, struct json *json)
{
	if (json && row->state == UNKNOWN)
		json_null(json, row->name);
	else if (json)
		json_count(json, row->name, row->number);
	else if (row->state == KNOWN)
		fprintf(output, "%s: %llu\n", row->name, (unsigned long long)row->number);
	else
		fprintf(output, "%s: %s\n", row->name,
		        row->state == UNKNOWN ? "?" : "unlimited");
}

/* The unused part of a limit, which may have been lowered below what is in use. */
static uint64_t unused(uint64_t limit, uint64_t used)
{
	return used < limit ? limit - used : 0;
}

static void print_rows(const struct shmbox_limits *limits, struct json *json)
{
	const struct row rows[] = {
		{ "shmmni", limits->max_segments, KNOWN },
		{ "segments", limits->segments, KNOWN },
		{ "segments_free", unused(limits->max_segments, limits->segments),
		  KNOWN },
		{ "shmall", limits->max_pages, KNOWN },
		{ "pages", limits->pages, KNOWN },
		{ "pages_free", unused(limits->max_pages, limits->pages), KNOWN },
		{ "shmmax", limits->max_size, KNOWN },
		{ "page_size", limits->page_size, KNOWN },
		{ "resident", (uint64_t)limits->resident,
		  limits->resident < 0 ? UNKNOWN : KNOWN },
		{ "swapped", limits->swapped, KNOWN },
		{ "memlock", limits->memlock,
		  limits->memlock == UINT64_MAX ? UNLIMITED : KNOWN },
		{ "rmid_forced", (uint64_t)limits->rmid_forced,
		  limits->rmid_forced < 0 ? UNKNOWN : KNOWN },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		print_row(&rows[i], json);
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
