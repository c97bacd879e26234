/* SPDX-License-Identifier: MIT */
/* explain.h - which limit or right made a shmget(2) fail, for each errno */
#ifndef EXPLAIN_H
#define EXPLAIN_H

#include <shmbox/shmbox.h>

/*
 * Prints a section for each errno of shmget(2): its causes, how near each of them is now, and
 * the command that helps. infos are all count segments.
 */
void explain_limits(const struct shmbox_limits *limits, const struct shmbox_info *infos,
                    int count);

#endif
