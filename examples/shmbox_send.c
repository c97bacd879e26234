/* SPDX-License-Identifier: MIT */
/* shmbox_send - send 1 GiB of holes and one word to a file, and show how */

#include <inttypes.h>
#include <shmbox/shmbox.h>
#include <unistd.h>

int main(void)
{
	struct shmbox_spec spec = { .size = 1 << 30, .mode = 0600, .noreserve = true };
	struct shmbox_job job = { .length = spec.size };
	FILE *file = tmpfile();
	struct shmbox_map map;
	int id = shmbox_create(&spec);
	int rc;

	if (!file || id < 0 || shmbox_attach(id, 0, &map) < 0)
		return 1;
	shmbox_write(&map, 1 << 29, "word", 4);
	job.fd = fileno(file);
	rc = shmbox_send(&map, &job);
	shmbox_detach(&map);
	shmbox_remove(id);
	if (rc < 0)
		fprintf(stderr, "%s\n", shmbox_strerror(SHMBOX_READ, rc));
	printf("%" PRIu64 " bytes, %s\n", job.done,
	       job.how & SHMBOX_BY_SKIP ? "holes left out" : "all of them read");
	return rc < 0;
}

/* prints: 1073741824 bytes, .. */
