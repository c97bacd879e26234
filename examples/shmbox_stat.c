/* SPDX-License-Identifier: MIT */
/* shmbox_stat - list the segments that are not attached, and their memory */

#include <inttypes.h>
#include <shmbox/shmbox.h>
#include <stdlib.h>

int main(void)
{
	struct shmbox_spec spec = { .size = 1000, .mode = 0600 };
	int id = shmbox_create(&spec); /* at least this one is listed */
	struct shmbox_info *infos;
	int count = shmbox_list(&infos);

	if (id < 0 || count < 0)
		return 1;
	shmbox_memory(infos, (size_t)count);
	for (int i = 0; i < count; i++) {
		if (infos[i].attached != 0)
			continue;
		printf("%d: %" PRIu64 " bytes, ", infos[i].id, infos[i].size);
		if (infos[i].resident == SHMBOX_UNKNOWN)
			puts("unknown in memory");
		else
			printf("%" PRId64 " in memory\n", infos[i].resident);
	}
	free(infos);
	return shmbox_remove(id) != 0;
}

/* prints: ..: 1000 bytes, 0 in memory */
