/* SPDX-License-Identifier: MIT */
/* shmlimits - show the limits on shared memory and what is in use */

#include <stdlib.h>

#include "applet.h"
#include "diag/diag.h"
#include "list/explain.h"
#include "list/limits.h"
#include "list/listing.h"
#include "list/metrics.h"
#include "text/json.h"

enum { OPT_JSON, OPT_EXPLAIN, OPT_PROMETHEUS };

static const struct opt options[] = {
	[OPT_JSON] = { 'J', "json", KIND_SWITCH, "print JSON" },
	[OPT_EXPLAIN] = { 'X', "explain", KIND_SWITCH,
	                  "explain each errno of shmget(2), and what helps" },
	[OPT_PROMETHEUS] = { 'P', "prometheus", KIND_SWITCH,
	                     "print metrics in the text format of Prometheus" },
	{ 0 },
};

/*
 * Returns the sum of the bytes in memory of all segments, or SHMBOX_UNKNOWN. The sizes of
 * single segments may be known even if the kernel's sum is not.
 */
static int64_t sum_resident(void)
{
	struct listing listing = { 0 };
	struct shmbox_info *infos;
	int count = shmbox_list_counted(&infos);
	int64_t sum = 0;

	if (count < 0)
		return SHMBOX_UNKNOWN;
	listing_read(&listing, infos, count, NEEDS_MEMORY);
	for (int i = 0; i < count && sum >= 0; i++)
		sum = infos[i].resident < 0 ? SHMBOX_UNKNOWN : sum + infos[i].resident;
	listing_end(&listing);
	free(infos);
	return sum;
}

static int explain(const struct shmbox_limits *limits)
{
	struct shmbox_info *infos;
	int count = shmbox_list(&infos);

	if (count < 0)
		return failed(SHMBOX_LIST, count, NULL, NULL);
	explain_limits(limits, infos, count);
	free(infos);
	return STATUS_OK;
}

static int metrics(const struct shmbox_limits *limits)
{
	struct listing listing = { .idle = ORPHAN_IDLE };
	struct shmbox_info *infos;
	int count = shmbox_list_counted(&infos);

	if (count < 0)
		return failed(SHMBOX_LIST, count, NULL, NULL);
	listing_read(&listing, infos, count, NEEDS_MEMORY);
	print_metrics(limits, infos, count, &listing);
	listing_end(&listing);
	free(infos);
	return STATUS_OK;
}

static int run(const struct args *args)
{
	const bool *seen = args->seen;
	struct shmbox_limits limits;
	struct json json = { 0 };
	int rc;

	if (seen[OPT_JSON] + seen[OPT_EXPLAIN] + seen[OPT_PROMETHEUS] > 1)
		return misuse(NULL, "only one of --json, --explain and --prometheus "
		                    "can be used");
	rc = shmbox_get_limits(&limits);
	if (rc < 0)
		return failed(SHMBOX_LIMITS, rc, NULL, NULL);
	if (seen[OPT_EXPLAIN])
		return explain(&limits);
	if (seen[OPT_PROMETHEUS])
		return metrics(&limits);
	if (limits.resident < 0)
		limits.resident = sum_resident();
	if (!seen[OPT_JSON]) {
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
