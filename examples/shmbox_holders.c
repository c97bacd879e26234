/* SPDX-License-Identifier: MIT */
/* shmbox_holders - list the processes that have a segment attached */

#include <inttypes.h>
#include <shmbox/shmbox.h>
#include <stdlib.h>
#include <unistd.h>

int main(void)
{
	struct shmbox_spec spec = { .size = 4096, .mode = 0600 };
	struct shmbox_holder *holders;
	struct shmbox_info info;
	struct shmbox_map map;
	int id = shmbox_create(&spec);
	int count;

	if (id < 0 || shmbox_attach(id, SHMBOX_READ_ONLY, &map) < 0)
		return 1;
	count = shmbox_holders(id, &holders);
	if (count < 0 || shmbox_stat(id, &info) < 0)
		return 1;
	for (int i = 0; i < count; i++)
		printf("%s, which may %s\n",
		       holders[i].pid == getpid() ? "this process" : "another process",
		       holders[i].writable ? "write" : "only read");
	printf("%d of %" PRIu64 " seen\n", count, info.attached);
	free(holders);
	shmbox_detach(&map);
	return shmbox_remove(id) != 0;
}

/* prints: this process, which may only read
 * 1 of 1 seen */
