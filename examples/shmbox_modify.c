/* SPDX-License-Identifier: MIT */
/* shmbox_modify - fill a segment, and only then permit the group to read it */

#include <shmbox/shmbox.h>

int main(void)
{
	struct shmbox_spec spec = { .size = 6, .mode = 0600 };
	struct shmbox_change change = { .set_mode = true, .mode = 0640 };
	struct shmbox_info info;
	struct shmbox_map map;
	int id = shmbox_create(&spec);

	if (id < 0 || shmbox_attach(id, 0, &map) < 0)
		return 1;
	shmbox_write(&map, 0, "ready\n", 6);
	shmbox_detach(&map);
	if (shmbox_modify(id, &change) == 0 && shmbox_stat(id, &info) == 0)
		printf("%04o\n", (unsigned)info.mode);
	return shmbox_remove(id) != 0;
}

/* prints: 0640 */
