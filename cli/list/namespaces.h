/* SPDX-License-Identifier: MIT */
/* namespaces.h - visit every IPC namespace of the host */
#ifndef NAMESPACES_H
#define NAMESPACES_H

#include <shmbox/shmbox.h>

/*
 * Goes into each that can be entered, our own first, and calls it there, until that returns a
 * negated errno. Notes how many could not be entered, unless quiet is set. Returns a status.
 */
int each_namespace(int (*call)(void *data, const struct shmbox_namespace *namespace),
                   void *data, bool quiet);

#endif
