/* SPDX-License-Identifier: MIT */
/* metrics.h - segments and limits as metrics, in the text format of Prometheus */
#ifndef METRICS_H
#define METRICS_H

#include <shmbox/shmbox.h>

#include "list/listing.h"

/*
 * Prints the metrics of count segments, in total and by owner, and the limits. Sorts infos. What
 * is unknown is left out. The caller has called listing_read() with NEEDS_MEMORY.
 */
void print_metrics(const struct shmbox_limits *limits, struct shmbox_info *infos,
                   int count, struct listing *listing);

#endif
