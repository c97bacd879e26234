/* SPDX-License-Identifier: MIT */
/* shmbox_field_load - change a number in a segment in one step, and read it */

#include <inttypes.h>
#include <shmbox/shmbox.h>

int main(void)
{
	const struct shmbox_field counter = {
		.kind = SHMBOX_UNSIGNED, .width = 4, .offset = 64, .count = 1
	};
	struct shmbox_spec spec = { .size = 4096, .mode = 0600 };
	struct shmbox_map map;
	uint64_t number = 5;
	int id = shmbox_create(&spec);

	if (id < 0 || shmbox_attach(id, 0, &map) < 0)
		return 1;
	shmbox_field_update(&map, &counter, SHMBOX_SET, &number, NULL, NULL);
	shmbox_field_update(&map, &counter, SHMBOX_ADD, &number, NULL, NULL);
	shmbox_field_load(&map, &counter, &number);
	printf("%" PRIu64 "\n", number);
	shmbox_detach(&map);
	return shmbox_remove(id) != 0;
}

/* prints: 10 */
