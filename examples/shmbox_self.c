/* SPDX-License-Identifier: MIT */
/* shmbox_self - take over a lock from a process that has exited, and give it back */

#include <shmbox/shmbox.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void)
{
	const uint64_t second = 1000000000; /* nanoseconds */
	struct shmbox_spec spec = { .size = 4096, .mode = 0600 };
	struct shmbox_map map;
	int id = shmbox_create(&spec);
	uint64_t self = shmbox_self();
	pid_t child;

	if (id < 0 || shmbox_attach(id, 0, &map) < 0)
		return 1;
	child = fork();
	if (child == 0) /* exits while it has the lock */
		_exit(shmbox_mutex_lock(&map, 0, shmbox_self(), second) < 0 ? 1 : 0);
	waitpid(child, NULL, 0);
	if (shmbox_mutex_lock(&map, 0, self, 60 * second) == SHMBOX_OWNER_DIED)
		printf("taken over\n");
	if (shmbox_mutex_unlock(&map, 0, self) == 0)
		printf("given back\n");
	shmbox_detach(&map);
	return shmbox_remove(id) != 0;
}

/* prints: taken over
 * given back */
