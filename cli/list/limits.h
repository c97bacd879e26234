/* SPDX-License-Identifier: MIT */
/* limits.h - the limits on shared memory and what is in use, as lines or as JSON */
#ifndef LIMITS_H
#define LIMITS_H

#include <shmbox/shmbox.h>

#include "text/json.h"

/* True if the kernel's limit (shmmax, shmall) is its default or larger, which no use reaches. */
bool is_unlimited(uint64_t limit);

/* How much of limit is used, in percent and rounded down: 100 and more if it is full. */
uint64_t percent_used(uint64_t used, uint64_t limit);
/* "", " (nearly full)" from 90 percent on, " (full)" from 100. */
const char *fullness(uint64_t percent);

/* What is left of a limit; the limit may have been lowered below what is in use. */
uint64_t limit_rest(uint64_t limit, uint64_t used);

/* Prints lines "name: value"; or members of the JSON object that is open, unless json is NULL. */
void print_limits(const struct shmbox_limits *limits, struct json *json);

#endif
