/* SPDX-License-Identifier: MIT */
/* shmbox_field_exchange - take a lock in a segment, fail to take it twice, give it back */

#include <errno.h>
#include <shmbox/shmbox.h>

int main(void)
{
	const struct shmbox_field lock = { .kind = SHMBOX_UNSIGNED,
		                           .width = 4,
		                           .count = 1 };
	const struct shmbox_swap take = { .value = 1, .timeout = 1000000000 };
	const struct shmbox_swap try_to_take = { .value = 2 };
	const struct shmbox_swap give_back = { .expected = 1 };
	struct shmbox_spec spec = { .size = 4096, .mode = 0600 };
	struct shmbox_map map;
	int id = shmbox_create(&spec);

	if (id < 0 || shmbox_attach(id, 0, &map) < 0)
		return 1;
	if (shmbox_field_exchange(&map, &lock, &take) == 0)
		printf("taken\n");
	if (shmbox_field_exchange(&map, &lock, &try_to_take) == -ETIMEDOUT)
		printf("taken already\n");
	if (shmbox_field_exchange(&map, &lock, &give_back) == 0)
		printf("given back\n");
	shmbox_detach(&map);
	return shmbox_remove(id) != 0;
}

/* prints: taken
 * taken already
 * given back */
