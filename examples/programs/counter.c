/* SPDX-License-Identifier: MIT */
/*
 * counter.c - a counter that many processes share, and that no crash can spoil
 *
 * usage: counter KEY [TIMES]
 *
 * Adds 1 to the counter of this key, TIMES times, and prints the last number. The first
 * process makes the segment. A process that is killed has added either 1 or nothing,
 * because each addition is one atomic step, so that no lock can be left locked.
 */
#include <inttypes.h>
#include <shmbox/shmbox.h>
#include <stdlib.h>

static int failed(enum shmbox_op op, int rc)
{
	fprintf(stderr, "counter: %s\n", shmbox_strerror(op, rc));
	return 1;
}

int main(int argc, char **argv)
{
	const struct shmbox_field field = { .kind = SHMBOX_UNSIGNED,
		                            .width = 8,
		                            .count = 1 };
	const uint64_t one = 1;
	struct shmbox_spec spec = { .size = 8, .mode = 0600 };
	unsigned long times = argc > 2 ? strtoul(argv[2], NULL, 10) : 1;
	struct shmbox_map map;
	uint64_t now = 0;
	bool created;
	int id;
	int rc;

	if (argc < 2)
		return 2;
	spec.key = (key_t)strtoul(argv[1], NULL, 0);
	/* a new segment is zero, so there is no moment at which it is not initialised */
	id = shmbox_obtain(&spec, &created);
	if (id < 0)
		return failed(SHMBOX_OBTAIN, id);
	rc = shmbox_attach(id, 0, &map);
	if (rc < 0)
		return failed(SHMBOX_ATTACH, rc);
	while (times-- > 0) {
		rc = shmbox_field_update(&map, &field, SHMBOX_ADD, &one, NULL, &now);
		if (rc < 0)
			return failed(SHMBOX_WRITE, rc);
	}
	shmbox_detach(&map);
	printf("%" PRIu64 "\n", now);
	return 0;
}
