/* SPDX-License-Identifier: MIT */
/* shmbox_lookup - find the segment that has the key of a path */

#include <errno.h>
#include <shmbox/shmbox.h>

int main(void)
{
	struct shmbox_ref ref = { .by_key = true };
	int rc = shmbox_key("/", 'x', &ref.key);

	if (rc == 0)
		rc = shmbox_lookup(ref);
	if (rc == -ENOENT)
		printf("no segment has the key 0x%08x\n", (unsigned)ref.key);
	else if (rc >= 0)
		printf("id %d\n", rc);
	else
		fprintf(stderr, "%s\n", shmbox_strerror(SHMBOX_LOOKUP, rc));
	return rc < 0 && rc != -ENOENT;
}

/* prints: no segment has the key 0x78.. */
