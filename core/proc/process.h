/* SPDX-License-Identifier: MIT */
/* process.h - facts about a process from /proc */
#ifndef PROCESS_H
#define PROCESS_H

#include "core.h"

/*
 * Returns the state of a thread, a letter of proc(5), and stores the number of threads of
 * its process; 0 if there is no such thread or its state is unknown.
 */
int state_of(pid_t thread, int *threads);

/*
 * Returns when a thread was started, in clock ticks since the boot, or 0 if it is unknown.
 */
uint64_t start_of(pid_t thread);

/* Returns the pid of the parent, or 0 if it is unknown. */
pid_t parent_of(pid_t pid);

/* Returns 0 if /proc shows the process, -ESRCH if it has exited, or -ENOENT. */
int check_proc_entry(pid_t pid);

#endif
