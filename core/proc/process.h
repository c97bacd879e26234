/* process.h - what /proc tells of a process */
#ifndef PROCESS_H
#define PROCESS_H

#include "core.h"

/*
 * The state of a thread as proc(5) has it, a letter, and how many threads its process has; 0
 * if there is no such thread, or that cannot be told.
 */
int state_of(pid_t thread, int *threads);

/* The process that made this one, or adopted it; 0 if that is not told. */
pid_t parent_of(pid_t pid);

/* 0 if /proc tells of this process; -ESRCH if it has ended, -ENOENT where /proc does not tell. */
int check_told(pid_t pid);

#endif
