/* progress.h - the progress of a long piece of work */
#ifndef PROGRESS_H
#define PROGRESS_H

#include "work/task.h"

/* From here on SIGUSR1 asks for progress and does not end the program; before a task, too. */
void progress_listen(void);
void progress_begin(struct task *task);
/* True if SIGUSR1 arrived since the last call. */
bool progress_asked(void);
/* Reports progress if it is due, or SIGUSR1 asked for it. */
int progress_tell(void *task); /* 0: the work goes on */
void progress_end(struct task *task);

#endif
