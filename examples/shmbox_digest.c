/* SPDX-License-Identifier: MIT */
/* shmbox_digest - notice that bytes have changed, without a copy of them */

#include <shmbox/shmbox.h>

int main(void)
{
	struct shmbox_spec spec = { .size = 1048576, .mode = 0600 };
	struct shmbox_map map;
	uint64_t before = 0;
	uint64_t after = 0;
	int id = shmbox_create(&spec);

	if (id < 0 || shmbox_attach(id, 0, &map) < 0)
		return 1;
	shmbox_digest(&map, 0, map.size, &before);
	shmbox_digest(&map, 0, map.size, &after);
	printf("%s\n", before == after ? "the same" : "changed");
	shmbox_write(&map, 70000, "x", 1);
	shmbox_digest(&map, 0, map.size, &after);
	printf("%s\n", before == after ? "the same" : "changed");
	shmbox_detach(&map);
	return shmbox_remove(id) != 0;
}

/* prints: the same
 * changed */
