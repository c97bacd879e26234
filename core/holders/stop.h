/* SPDX-License-Identifier: MIT */
/* stop.h - stop the threads of a process, and keep them stopped */
#ifndef STOP_H
#define STOP_H

#include "core.h"

/*
 * Milliseconds that one thread and all threads may take to stop. Only a thread inside an
 * uninterruptible call takes any time.
 */
enum { STOP_TIMEOUT = 2000, TOTAL_TIMEOUT = 10 * STOP_TIMEOUT };

/* The state of the child that traces the holders. */
struct freezing {
	struct shmbox_map *maps;
	size_t map_count;
	int *attaches;          /* attaches of each map in the last scan */
	struct shmbox_map *map; /* the map whose holders are being stopped */
	pid_t caller;           /* the process that called shmbox_freeze() */
	pid_t pid;              /* the process that is being stopped */
	pid_t *threads;         /* threads that are seized, one malloc(3) block */
	int count;
	int waited_ms; /* milliseconds in total */
	bool denied;   /* there are processes that we may not inspect */
	int rc;
};

/*
 * Stops all threads of a process. The caller stops a parent before its child, for which it
 * may wait (vfork(2)). Returns 0, even if the process has exited, or a negated errno,
 * which freezing->rc contains too.
 */
int stop_process(struct freezing *freezing, pid_t pid);

#endif
