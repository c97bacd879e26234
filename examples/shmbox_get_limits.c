/* SPDX-License-Identifier: MIT */
/* shmbox_get_limits - show how many more segments there can be, and how large */

#include <inttypes.h>
#include <shmbox/shmbox.h>

int main(void)
{
	struct shmbox_limits limits;
	int rc = shmbox_get_limits(&limits);

	if (rc < 0) {
		fprintf(stderr, "%s\n", shmbox_strerror(SHMBOX_LIMITS, rc));
		return 1;
	}
	printf("%" PRIu64 " more segments\n", limits.max_segments - limits.segments);
	printf("of %" PRIu64 " bytes at most\n", limits.max_size);
	return 0;
}

/* prints: .. more segments
 * of .. bytes at most */
