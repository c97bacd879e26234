/* SPDX-License-Identifier: MIT */
/*
 * namespaces.c - two threads, each in an IPC namespace of its own choice, at the same time
 *
 * usage: namespaces PID
 *
 * One thread moves into the IPC namespace of PID, the other one stays. Both count the
 * segments that they see. It requires root, as shmbox_visit() does.
 */
#include <pthread.h>
#include <shmbox/shmbox.h>
#include <stdlib.h>

struct view {
	pid_t visited; /* 0: stay here */
	int count;     /* segments, or an error */
	uint64_t size; /* of all segments */
};

static pthread_barrier_t both;

static void *look(void *argument)
{
	struct view *view = argument;
	struct shmbox_info *infos;
	int rc = view->visited ? shmbox_visit(view->visited) : 0;

	pthread_barrier_wait(&both); /* each is where it wants to be */
	view->count = rc < 0 ? rc : shmbox_list(&infos);
	for (int i = 0; i < view->count; i++)
		view->size += infos[i].size;
	if (view->count >= 0)
		free(infos);
	return NULL;
}

int main(int argc, char **argv)
{
	struct view here = { 0 };
	struct view there = { 0 };
	pthread_t threads[2];

	if (argc != 2)
		return 2;
	there.visited = (pid_t)atoi(argv[1]);
	if (pthread_barrier_init(&both, NULL, 2) != 0 ||
	    pthread_create(&threads[0], NULL, look, &here) != 0 ||
	    pthread_create(&threads[1], NULL, look, &there) != 0)
		return 1;
	pthread_join(threads[0], NULL);
	pthread_join(threads[1], NULL);
	if (here.count < 0 || there.count < 0) {
		int rc = here.count < 0 ? here.count : there.count;

		fprintf(stderr, "namespaces: %s\n", shmbox_strerror(SHMBOX_ENTER, rc));
		return 1;
	}
	printf("here: %d segments, %llu bytes\n", here.count,
	       (unsigned long long)here.size);
	printf("there: %d segments, %llu bytes\n", there.count,
	       (unsigned long long)there.size);
	return 0;
}
