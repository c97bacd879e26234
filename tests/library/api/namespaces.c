/* SPDX-License-Identifier: MIT */
/* namespaces.c - segments in the IPC namespaces of other processes */

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "api.h"

/* api.bats has a process in another IPC namespace, where one segment is, with id 0. */
static void visits(pid_t there)
{
	struct shmbox_namespace here;
	struct shmbox_namespace *all;
	struct shmbox_info *infos;
	struct stat st;
	int id = make(SIZE);
	int before = shmbox_list(&infos);
	int found = 0;
	int hidden;
	int count;

	free(infos);
	assert(stat("/proc/self/ns/ipc", &st) == 0);
	assert(shmbox_own_namespace(&here) == 0);
	assert(here.ns == st.st_ino && here.pid == getpid());
	count = shmbox_namespaces(&all, &hidden);
	assert(count >= 2);
	for (int i = 0; i < count; i++) {
		assert(i == 0 || all[i - 1].pid < all[i].pid);
		found += all[i].ns == here.ns || all[i].pid == there;
		for (int j = 0; j < i; j++)
			assert(all[i].ns != all[j].ns);
	}
	assert(found == 2);
	free(all);

	/* there, and back again */
	assert(shmbox_visit(getppid()) == 0);
	assert(shmbox_list(&infos) == before);
	free(infos);
	here.pid = getppid();
	assert(shmbox_visit(there) == 0);
	assert(shmbox_list(&infos) == 1 && infos->id == 0);
	free(infos);
	assert(shmbox_visit(here.pid) == 0);
	assert(look(id).size == SIZE);
	destroy(id);
	assert(shmbox_visit(ended_process()) == -ESRCH);
}

/* A child that has the segment of that process's IPC namespace attached, until it is killed. */
static pid_t holder_there(pid_t there, int id)
{
	int ends[2];
	pid_t pid;
	char byte;

	assert(pipe(ends) == 0);
	pid = fork();
	assert(pid >= 0);
	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		assert(shmbox_visit(there) == 0);
		attach(id);
		assert(write(ends[1], "", 1) == 1);
		pause();
		_exit(0);
	}
	assert(read(ends[0], &byte, 1) == 1);
	close(ends[0]);
	close(ends[1]);
	return pid;
}

struct journey {
	pid_t there;
	pid_t holder; /* of the segment there */
};

static void *go_there(void *data)
{
	const struct journey *journey = data;
	struct shmbox_holder *holders;
	struct shmbox_namespace here;
	struct stat st;

	assert(shmbox_visit(journey->there) == 0);
	assert(stat("/proc/thread-self/ns/ipc", &st) == 0);
	assert(shmbox_own_namespace(&here) == 0 && here.ns == st.st_ino);
	/* from which the same way leads back */
	assert(shmbox_visit(here.pid) == 0);
	assert(shmbox_holders(0, &holders) == 1 && holders->pid == journey->holder);
	free(holders);
	assert(shmbox_holders(SHMBOX_ALL, &holders) == 1 && holders->id == 0);
	free(holders);
	assert(shmbox_held_by(journey->holder, &holders) == 1);
	free(holders);
	assert(shmbox_held_by(getppid(), &holders) == -EXDEV);
	return NULL;
}

/* The first segment of either namespace has id 0, and one holder each. */
static void visits_as_a_thread(pid_t there)
{
	struct journey journey = { there, holder_there(there, 0) };
	int id = make(4096);
	struct shmbox_map map = attach(id);
	struct shmbox_namespace here;
	struct shmbox_holder *holders;
	pthread_t thread;
	struct stat st;

	assert(id == 0);
	assert(pthread_create(&thread, NULL, go_there, &journey) == 0);
	assert(pthread_join(thread, NULL) == 0);
	/* the others have stayed */
	assert(stat("/proc/self/ns/ipc", &st) == 0);
	assert(shmbox_own_namespace(&here) == 0 && here.ns == st.st_ino);
	assert(shmbox_holders(id, &holders) == 1 && holders->pid == getpid());
	free(holders);
	end_child(journey.holder);
	shmbox_detach(&map);
	destroy(id);
}

/* api.bats names a process in an IPC namespace that has no segment yet. */
static void enters(pid_t pid)
{
	int here = make(SIZE);
	struct shmbox_info *infos;
	int rc = shmbox_enter(pid);

	assert(rc == 0);
	assert(shmbox_list(&infos) == 0 && !infos);
	destroy(make(SIZE));
	rc = shmbox_enter(getppid());
	assert(rc == 0);
	destroy(here);
	assert(shmbox_enter(INT32_MAX) == -ESRCH);
}

const struct test namespaces_tests[] = {
	{ TEST_ON(visits) },
	{ TEST_ON(visits_as_a_thread) },
	{ TEST_ON(enters) },
	{ 0 },
};
