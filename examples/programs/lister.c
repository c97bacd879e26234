/* SPDX-License-Identifier: MIT */
/*
 * lister.c - list the segments with their memory, and whether they are abandoned
 *
 * usage: lister [SECONDS]
 *
 * A segment that was idle for less than SECONDS (60) is in use.
 */
#include <inttypes.h>
#include <shmbox/shmbox.h>
#include <stdlib.h>

static const char *word_of(const struct shmbox_verdict *verdict)
{
	switch (verdict->orphan) {
	case SHMBOX_ORPHAN_YES:
		return "abandoned";
	case SHMBOX_ORPHAN_NO:
		return verdict->reason == SHMBOX_REASON_ATTACHED ? "attached" : "in use";
	default:
		return "unknown";
	}
}

/* A number, or a question mark: unknown is not 0. */
static void print_known(int64_t number)
{
	if (number < 0)
		printf(" %12s", "?");
	else
		printf(" %12" PRId64, number);
}

int main(int argc, char **argv)
{
	int64_t idle = argc > 1 ? strtoll(argv[1], NULL, 10) : 60;
	struct shmbox_witness witness = { 0 };
	struct shmbox_info *infos;
	int count = shmbox_list(&infos);

	if (count < 0) {
		fprintf(stderr, "lister: %s\n", shmbox_strerror(SHMBOX_LIST, count));
		return 1;
	}
	/* without /proc the memory stays unknown, which is no reason to stop */
	(void)shmbox_memory(infos, (size_t)count);
	printf("%10s %12s %12s %8s %s\n", "ID", "SIZE", "RESIDENT", "ATTACHED",
	       "VERDICT");
	for (int i = 0; i < count; i++) {
		struct shmbox_verdict verdict;

		shmbox_judge(&infos[i], idle, &witness, &verdict);
		printf("%10d %12" PRIu64, infos[i].id, infos[i].size);
		print_known(infos[i].resident);
		printf(" %8" PRIu64 " %s\n", infos[i].attached, word_of(&verdict));
	}
	free(infos);
	return 0;
}
