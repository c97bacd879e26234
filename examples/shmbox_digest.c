/* SPDX-License-Identifier: MIT */
/* shmbox_digest - notice that bytes of a segment have changed */

#include <shmbox/shmbox.h>

int main(void)
{
	struct shmbox_spec spec = { .size = 4096, .mode = 0600 };
	struct shmbox_map map;
	uint64_t before;
	uint64_t after;
	int id = shmbox_create(&spec);

	if (id < 0 || shmbox_attach(id, 0, &map) < 0)
		return 1;
	if (shmbox_digest(&map, 0, map.size, &before) < 0)
		return 1;
	if (shmbox_write(&map, 100, "x", 1) < 0)
		return 1;
	if (shmbox_digest(&map, 0, map.size, &after) == 0 && before != after)
		printf("changed\n");
	shmbox_detach(&map);
	return shmbox_remove(id) != 0;
}

/* prints: changed */
