/* namespace.h - the namespaces that processes are in */
#ifndef NAMESPACE_H
#define NAMESPACE_H

#include "core.h"

/* 1 if a process is in our namespace of this kind (ipc, pid), 0 if not, or why it is not told. */
int shares(pid_t pid, const char *kind);

/*
 * Whether it shows all of them as well. Process 1 is there always: a /proc where it cannot be
 * read hides others too.
 */
bool all_visible(void);

#endif
