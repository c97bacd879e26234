/* SPDX-License-Identifier: MIT */
/* shmbox_create - two programs use one key, and the first makes the segment */

#include <shmbox/shmbox.h>

int main(void)
{
	struct shmbox_spec spec = { .key = 0x5432, .size = 65536, .mode = 0600 };
	bool created;

	for (int program = 1; program <= 2; program++) {
		int id = shmbox_obtain(&spec, &created);

		if (id < 0) {
			fprintf(stderr, "%s\n", shmbox_strerror(SHMBOX_OBTAIN, id));
			return 1;
		}
		printf("program %d %s it\n", program, created ? "made" : "found");
		if (!created)
			return shmbox_remove(id) != 0;
	}
	return 1;
}

/* prints: program 1 made it
 * program 2 found it */
