/* SPDX-License-Identifier: MIT */
/* topics.h - what shmbox help explains beside the applets */
#ifndef TOPICS_H
#define TOPICS_H

#include <stdbool.h>

/* Prints the topic with this name; false if there is none. */
bool topic_print(const char *name);

/* Prints each topic as a fact for --describe. */
void topics_describe(void);

/* Prints the exit statuses in one line. */
void topic_status_line(void);

#endif
