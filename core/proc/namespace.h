/* SPDX-License-Identifier: MIT */
/* namespace.h - the namespaces that processes are in */
#ifndef NAMESPACE_H
#define NAMESPACE_H

#include "core.h"

/*
 * Returns 1 if the process is in our namespace of this kind ("ipc", "pid"), 0 if it is
 * not, or a negated errno if /proc does not show it.
 */
int shares_namespace(pid_t pid, const char *kind);

/*
 * True if /proc shows all processes of our PID namespace. Process 1 always exists: if
 * /proc hides it (hidepid, proc(5)), other processes may be hidden too.
 */
bool all_processes_visible(void);

#endif
