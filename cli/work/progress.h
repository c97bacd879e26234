/* progress.h - how far a long piece of work has come, for who asks */
#ifndef PROGRESS_H
#define PROGRESS_H

#include "work/task.h"

/* SIGUSR1 asks from here on, and ends nobody: for those who wait before there is a task. */
void progress_listen(void);
void progress_begin(struct task *task);
/* Whether somebody asked since the last call. */
bool progress_asked(void);
/* Tells if it is time to, or somebody asked. */
int progress_tell(void *task); /* 0: the work goes on */
void progress_end(struct task *task);

#endif
