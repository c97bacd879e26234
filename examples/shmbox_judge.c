/* SPDX-License-Identifier: MIT */
/* shmbox_judge - decide whether a segment is an orphan, and why */

#include <shmbox/shmbox.h>

int main(void)
{
	static const char *const verdicts[] = {
		[SHMBOX_ORPHAN_UNKNOWN] = "unknown",
		[SHMBOX_ORPHAN_NO] = "in use",
		[SHMBOX_ORPHAN_YES] = "an orphan",
	};
	struct shmbox_spec spec = { .size = 4096, .mode = 0600 };
	struct shmbox_witness witness = { 0 };
	struct shmbox_verdict verdict;
	struct shmbox_info info;
	int id = shmbox_create(&spec);

	if (id < 0 || shmbox_stat(id, &info) < 0)
		return 1;
	shmbox_judge(&info, 60, &witness, &verdict);
	printf("%s\n", verdicts[verdict.orphan]);
	if (verdict.reason == SHMBOX_REASON_CREATOR_ALIVE)
		printf("its creator is alive\n");
	return shmbox_remove(id) != 0;
}

/* prints: in use
 * its creator is alive */
