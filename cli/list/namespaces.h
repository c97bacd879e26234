/* namespaces.h - visit every IPC namespace of the host */
#ifndef NAMESPACES_H
#define NAMESPACES_H

#include <shmbox/shmbox.h>

/*
 * Enters each IPC namespace that can be entered, our own first, and calls the function
 * there, until it returns a negated errno. Reports how many could not be entered. Returns
 * a status.
 */
int each_namespace(int (*call)(void *data, const struct shmbox_namespace *namespace),
                   void *data);

#endif
