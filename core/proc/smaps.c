/* SPDX-License-Identifier: MIT */
/* smaps.c - resident size and page size of mappings, from /proc/PID/smaps */

#include "proc/mappings.h"
#include "proc/procfs.h"

struct reading {
	const struct shmbox_holder *wanted; /* sorted by address, like the file */
	int left;
	bool in_wanted; /* the current lines describe *wanted */
	struct smaps *smaps;
};

static bool take_line(const char *line, void *data)
{
	static const char resident[][18] = { "Rss:", "Shared_Hugetlb:",
		                             "Private_Hugetlb:" };
	struct reading *reading = data;
	const char *at = line;
	uint64_t start = next_number(&at, 16);

	if (at && *at == '-') {
		reading->wanted += reading->in_wanted;
		reading->left -= reading->in_wanted;
		reading->in_wanted = reading->left && start == reading->wanted->start;
		/* stop after *wanted: the mapping is gone */
		return reading->left && start <= reading->wanted->start;
	}
	if (!reading->in_wanted)
		return true;
	at = line + strcspn(line, " ");
	if (strncmp(line, "KernelPageSize:", 15) == 0)
		reading->smaps->page = (int64_t)next_number(&at, 10) * 1024;
	for (size_t i = 0; i < sizeof(resident) / sizeof(*resident); i++) {
		if (strncmp(line, resident[i], strlen(resident[i])) == 0)
			reading->smaps->resident += (int64_t)next_number(&at, 10) * 1024;
	}
	return true;
}

bool read_smaps(const struct shmbox_holder *holders, int count, struct smaps *smaps)
{
	struct reading reading = { .wanted = holders, .left = count, .smaps = smaps };
	char path[32];

	*smaps = (struct smaps){ 0 };
	if (holders->pid)
		snprintf(path, sizeof(path), "/proc/%d/smaps", (int)holders->thread);
	else
		strcpy(path, "/proc/thread-self/smaps");
	return each_line(path, take_line, &reading) == 0 &&
	       reading.left <= reading.in_wanted;
}

int64_t shmbox_holder_memory(const struct shmbox_holder *holders, int count)
{
	struct smaps smaps;

	return read_smaps(holders, count, &smaps) ? smaps.resident : SHMBOX_UNKNOWN;
}
