/* limits.h - the limits on shared memory and what is in use, as lines or as JSON */
#ifndef LIMITS_H
#define LIMITS_H

#include <shmbox/shmbox.h>

#include "text/json.h"

/* Prints lines "name: value", or members of the open JSON object if json is not NULL. */
void print_limits(const struct shmbox_limits *limits, struct json *json);

#endif
