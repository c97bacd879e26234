/* SPDX-License-Identifier: MIT */
/* shmbox_freeze - copy a segment while no other process can change it */

#include <inttypes.h>
#include <shmbox/shmbox.h>

int main(void)
{
	struct shmbox_spec spec = { .size = 65536, .mode = 0600 };
	struct shmbox_map map;
	struct shmbox_map copy;
	struct shmbox_job job = { .length = spec.size };
	char word[4];
	int id = shmbox_create(&spec);
	int rc;

	if (id < 0 || shmbox_attach(id, 0, &map) < 0)
		return 1;
	shmbox_write(&map, 4096, "then", 4);
	rc = shmbox_blank(&map, &copy);
	if (rc < 0)
		return 1;
	job.fd = copy.copy;
	rc = shmbox_freeze(&map);
	if (rc == 0)
		rc = shmbox_copy(&map, &job);
	shmbox_thaw(&map);
	shmbox_write(&map, 4096, "now.", 4);
	if (rc < 0)
		fprintf(stderr, "%s\n", shmbox_strerror(SHMBOX_FREEZE, rc));
	shmbox_read(&copy, 4096, word, sizeof(word));
	printf("%" PRIu64 " bytes, of %.4s\n", job.done, word);
	shmbox_detach(&copy);
	shmbox_detach(&map);
	return shmbox_remove(id) != 0 || rc < 0;
}

/* prints: 65536 bytes, of then */
