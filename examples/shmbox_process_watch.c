/* SPDX-License-Identifier: MIT */
/* shmbox_process_watch - keep a segment until another process exits */

#include <poll.h>
#include <shmbox/shmbox.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void)
{
	struct shmbox_spec spec = { .size = 4096, .mode = 0600 };
	int id = shmbox_create(&spec);
	pid_t child = fork();
	struct pollfd watch = { .events = POLLIN };

	if (child == 0) {
		sleep(1);
		_exit(0);
	}
	watch.fd = shmbox_process_watch(child);
	if (id < 0 || child < 0 || watch.fd < 0)
		return 1;
	printf("alive: %d\n", shmbox_process_alive(child));
	poll(&watch, 1, -1);
	printf("alive: %d\n", shmbox_process_alive(child)); /* a zombie has exited */
	close(watch.fd);
	waitpid(child, NULL, 0);
	return shmbox_remove(id) != 0;
}

/* prints: alive: 1
 * alive: 0 */
