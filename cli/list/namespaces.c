/* SPDX-License-Identifier: MIT */
/* namespaces.c - visit every IPC namespace of the host */

#include <errno.h>
#include <stdlib.h>

#include <shmbox/shmbox.h>

#include "diag/diag.h"
#include "list/namespaces.h"

struct each {
	int (*call)(void *data, const struct shmbox_namespace *namespace);
	void *data;
};

/*
 * Like shmbox_visit(); if the process has exited, through another process of the
 * namespace.
 */
static int visit(struct shmbox_namespace *namespace)
{
	int rc = shmbox_visit(namespace->pid);
	pid_t before = 0;

	while (rc == -ESRCH && before != namespace->pid) {
		struct shmbox_namespace *all;
		int hidden;
		int count = shmbox_namespaces(&all, &hidden);

		before = namespace->pid;
		if (count < 0)
			return count;
		for (int i = 0; i < count; i++) {
			if (all[i].ns == namespace->ns)
			namespace->pid = all[i].pid;
		}
		free(all);
		if (before != namespace->pid)
			rc = shmbox_visit(namespace->pid);
	}
	return rc;
}

/* Our namespace comes first: there may be no way back from another one. */
static int walk(struct shmbox_namespace *all, int count, struct each each, int *refused)
{
	struct shmbox_namespace here = { 0 };
	int rc = 0;

	shmbox_own_namespace(&here);
	for (int i = 0; i < count && rc >= 0; i++) {
		if (all[i].ns == here.ns)
			rc = each.call(each.data, &all[i]);
	}
	for (int i = 0; i < count && rc >= 0; i++) {
		int visited = all[i].ns == here.ns ? -ESRCH : visit(&all[i]);

		if (visited == 0)
			rc = each.call(each.data, &all[i]);
		/* a namespace that has ended is not a refusal */
		*refused += visited < 0 && visited != -ESRCH;
	}
	return rc;
}

static void note_missing(int refused, int count, int hidden)
{
	if (refused)
		note(NULL, "cannot enter %d of %d IPC namespaces", refused, count);
	if (hidden == 1)
		note(NULL, "cannot inspect 1 process; its namespace is not listed");
	else if (hidden)
		note(NULL, "cannot inspect %d processes; their namespaces are not listed",
		     hidden);
}

int each_namespace(int (*call)(void *data, const struct shmbox_namespace *namespace),
                   void *data, bool quiet)
{
	struct shmbox_namespace *all;
	int hidden = 0;
	int refused = 0;
	int count = shmbox_namespaces(&all, &hidden);
	int rc;

	if (count < 0 && count != -ENOSYS)
		return failed_io("--all-ns", count);
	if (count < 0)
		return fail(STATUS_FAILED, "--all-ns",
		            "no namespace is visible in /proc");
	rc = walk(all, count, (struct each){ call, data }, &refused);
	free(all);
	if (!quiet)
		note_missing(refused, count, hidden);
	return rc < 0 ? failed(SHMBOX_LIST, rc, NULL, NULL) : STATUS_OK;
}
