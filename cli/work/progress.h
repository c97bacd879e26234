/* SPDX-License-Identifier: MIT */
/* progress.h - report the progress of long work */
#ifndef PROGRESS_H
#define PROGRESS_H

#include "work/task.h"

/*
 * From here on, even before a task, SIGUSR1 requests progress and does not end the
 * program.
 */
void progress_listen(void);
void progress_begin(struct task *task);
/* True if SIGUSR1 arrived since the last call. */
bool progress_requested(void);
/*
 * Reports progress if it is due or was requested. Returns 0, which lets a job continue.
 */
int progress_report(void *task);
void progress_end(struct task *task);

#endif
