/* shmlimits - the limits on shared memory and what is in use */

#include <stdio.h>
#include <stdlib.h>

#include "applet.h"
#include "diag/diag.h"
#include "list/listing.h"
#include "text/io.h"
#include "text/json.h"

enum { OPT_JSON };

static const struct opt options[] = {
	[OPT_JSON] = { 'J', "json", KIND_SWITCH, "print JSON" },
	{ 0 },
};

/* One number of the listing. */
struct fact {
	const char *name;
	uint64_t number;
	bool none; /* there is no such limit */
	bool unknown;
};

static void print_facts(const struct fact *facts, struct json *json)
{
	for (; facts->name; facts++) {
		if (json && facts->unknown)
			json_null(json, facts->name);
		else if (json)
			json_count(json, facts->name, facts->number);
		else if (facts->none || facts->unknown)
			fprintf(output, "%s: %s\n", facts->name,
			        facts->unknown ? "?" : "unlimited");
		else
			fprintf(output, "%s: %llu\n", facts->name,
			        (unsigned long long)facts->number);
	}
}

static void print_pool(const struct shmbox_pool *pool, struct json *json)
{
	unsigned long long size = pool->page_size;

	if (!json) {
		fprintf(output,
		        "hugepages_%llukB: %llu total, %llu free, %llu reserved\n",
		        size / 1024, (unsigned long long)pool->total,
		        (unsigned long long)pool->free,
		        (unsigned long long)pool->reserved);
		return;
	}
	json_open(json, NULL, '{');
	json_count(json, "page_size", size);
	json_count(json, "total", pool->total);
	json_count(json, "free", pool->free);
	json_count(json, "reserved", pool->reserved);
	json_close(json, '}');
}

static void print_pools(const struct shmbox_limits *limits, struct json *json)
{
	if (limits->pool_count < 0) {
		if (json)
			json_null(json, "hugepages");
		else
			fprintf(output, "hugepages: ?\n");
		return;
	}
	if (json)
		json_open(json, "hugepages", '[');
	for (int i = 0; i < limits->pool_count; i++)
		print_pool(&limits->pools[i], json);
	if (json)
		json_close(json, ']');
}

/* A limit may have been lowered below what is in use. */
static uint64_t rest(uint64_t limit, uint64_t used)
{
	return used < limit ? limit - used : 0;
}

static void print_limits(const struct shmbox_limits *limits, struct json *json)
{
	const struct fact facts[] = {
		{ "shmmni", limits->max_segments, false, false },
		{ "segments", limits->segments, false, false },
		{ "segments_free", rest(limits->max_segments, limits->segments), false,
		  false },
		{ "shmall", limits->max_pages, false, false },
		{ "pages", limits->pages, false, false },
		{ "pages_free", rest(limits->max_pages, limits->pages), false, false },
		{ "shmmax", limits->max_size, false, false },
		{ "page_size", limits->page_size, false, false },
		{ "resident", (uint64_t)limits->resident, false, limits->resident < 0 },
		{ "swapped", limits->swapped, false, false },
		{ "memlock", limits->memlock, limits->memlock == UINT64_MAX, false },
		{ "rmid_forced", (uint64_t)limits->rmid_forced, false,
		  limits->rmid_forced < 0 },
		{ NULL, 0, false, false },
	};

	print_facts(facts, json);
	print_pools(limits, json);
}

/* Of each segment the memory can be known where it cannot of all; SHMBOX_UNKNOWN if not. */
static int64_t add_up(void)
{
	struct listing listing = { 0 };
	struct shmbox_info *infos;
	int count = shmbox_list_counted(&infos);
	int64_t sum = 0;

	if (count < 0)
		return SHMBOX_UNKNOWN;
	listing_look(&listing, infos, count, NEEDS_MEMORY);
	for (int i = 0; i < count && sum >= 0; i++)
		sum = infos[i].resident < 0 ? SHMBOX_UNKNOWN : sum + infos[i].resident;
	listing_end(&listing);
	free(infos);
	return sum;
}

static int run(const struct args *args)
{
	struct shmbox_limits limits;
	struct json json = { 0 };
	int rc = shmbox_get_limits(&limits);

	if (rc < 0)
		return failed(SHMBOX_LIMITS, rc, NULL, NULL);
	if (limits.resident < 0)
		limits.resident = add_up();
	if (!args->seen[OPT_JSON]) {
		print_limits(&limits, NULL);
		return STATUS_OK;
	}
	json_begin(&json);
	print_limits(&limits, &json);
	json_end(&json);
	return STATUS_OK;
}

const struct applet applet_shmlimits = {
	.name = "shmlimits",
	.summary = "show the limits on shared memory and what is in use",
	.options = options,
	.run = run,
	.capabilities = CAP(CAP_SYS_PTRACE),
};
