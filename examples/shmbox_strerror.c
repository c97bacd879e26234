/* SPDX-License-Identifier: MIT */
/* shmbox_strerror - show which limit was reached, where errno alone is misleading */

#include <inttypes.h>
#include <shmbox/shmbox.h>

int main(void)
{
	struct shmbox_spec spec = { .size = UINT64_MAX / 4, .mode = 0600 };
	struct shmbox_cause cause;
	int id = shmbox_create(&spec);

	if (id >= 0)
		return shmbox_remove(id) != 0;
	puts(shmbox_strerror(SHMBOX_CREATE, id));
	shmbox_explain(SHMBOX_CREATE, id, &spec, &cause);
	if (cause.kind == SHMBOX_CAUSE_SHMMAX)
		printf("kernel.shmmax is only %" PRIu64 "\n", cause.limit);
	else if (cause.kind == SHMBOX_CAUSE_MEMORY)
		printf("memory and swap are only %" PRIu64 "\n", cause.limit);
	return 0;
}

/* prints: ..
 * .. only .. */
