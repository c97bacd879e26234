/* SPDX-License-Identifier: MIT */
/* memory.c - the resident size of segments, from the table in /proc */

#include "proc/procfs.h"
#include "segment/segment.h"

/* Bytes: the usual default, and the smallest huge page of any architecture (arm64). */
enum { USUAL_HUGE_PAGE = 2097152, LEAST_HUGE_PAGE = 65536 };

struct merge {
	struct shmbox_info *infos;
	size_t count;
	size_t next;
	bool huge_is_known; /* one_size and huge are set */
	bool one_size; /* huge pages have at most one size, or their sizes are unknown */
	int64_t huge;  /* bytes of the smallest huge page; 0: there are no huge pages */
};

static int64_t smallest_huge_page(struct merge *merge)
{
	struct shmbox_limits limits = { .pool_count = SHMBOX_UNKNOWN };

	if (merge->huge_is_known)
		return merge->huge;
	merge->huge_is_known = true;
	merge->one_size = true;
	shmbox_get_limits(&limits);
	if (limits.pool_count < 0)
		merge->huge = USUAL_HUGE_PAGE;
	for (int i = limits.pool_count - 1; i >= 0; i--) {
		if (!limits.pools[i].total)
			continue;
		merge->one_size = !merge->huge;
		merge->huge = (int64_t)limits.pools[i].page_size;
	}
	return merge->huge;
}

/*
 * Corrects the resident size of a segment that may have huge pages of huge bytes. is_huge
 * is true if it certainly has them: its resident size is more than its ordinary pages.
 */
static void correct_huge(const struct merge *merge, struct shmbox_info *info,
                         int64_t huge, bool is_huge)
{
	int64_t factor = huge / (int64_t)page_size();
	uint64_t room = (info->size + (uint64_t)huge - 1) & ~((uint64_t)huge - 1);
	bool size_is_known = info->huge_page > 0 || merge->one_size;

	if (is_huge && size_is_known)
		info->huge_page = huge;
	if (is_huge && size_is_known && (uint64_t)info->resident > room)
		info->resident /= factor;
	else if ((is_huge && !size_is_known) || info->resident % (factor * huge) == 0)
		info->resident = SHMBOX_UNKNOWN;
}

/*
 * Newer kernels (6.18, but not 6.1) count each base page of a segment with huge pages as
 * a whole huge page (shm_add_rss_swap() in ipc/shm.c). The reported resident size is then
 * a multiple of huge * huge / page_size(), and mostly larger than the segment. A size
 * that is neither can be the correct count of an older kernel, which is a multiple of
 * huge (docs/kernel.md, The table).
 */
static void correct_resident(struct merge *merge, struct shmbox_info *info)
{
	int64_t resident = info->count;
	bool too_large = (uint64_t)resident > info->size + page_size() - 1;
	bool ordinary = info->huge_page == 0;
	int64_t huge = info->huge_page;

	info->resident = resident;
	if (resident <= 0 || ordinary)
		return;
	if (huge < 0 && !too_large) {
		ordinary = resident % LEAST_HUGE_PAGE != 0;
		huge = ordinary ? 0 : smallest_huge_page(merge);
		ordinary |= !huge || resident % huge != 0;
	} else if (huge < 0) {
		huge = smallest_huge_page(merge);
		huge = huge ? huge : USUAL_HUGE_PAGE;
	}
	if (ordinary)
		info->huge_page = 0;
	else
		correct_huge(merge, info, huge, too_large);
}

/* The list and the table are mostly in the same order: start after the last match. */
static bool merge_row(const struct shmbox_info *row, void *data)
{
	struct merge *merge = data;

	for (size_t tried = 0; tried < merge->count; tried++) {
		struct shmbox_info *info = &merge->infos[merge->next];

		merge->next = merge->next + 1 < merge->count ? merge->next + 1 : 0;
		if (info->id != row->id)
			continue;
		info->counted = true;
		info->count = row->count;
		info->swapped = row->swapped;
		break;
	}
	return true;
}

/* The caller may name a segment twice; merge_row() has filled only one entry. */
static void copy_to_duplicates(struct shmbox_info *infos, size_t count)
{
	for (size_t i = 1; i < count; i++) {
		for (size_t j = 0; !infos[i].counted && j < i; j++) {
			if (infos[j].id != infos[i].id)
				continue;
			infos[i].counted = infos[j].counted;
			infos[i].count = infos[j].count;
			infos[i].swapped = infos[j].swapped;
		}
	}
}

static bool all_counted(const struct shmbox_info *infos, size_t count)
{
	while (count > 0 && infos[count - 1].counted)
		count--;
	return count == 0;
}

int shmbox_memory(struct shmbox_info *infos, size_t count)
{
	struct merge merge = {
		.infos = infos,
		.count = count,
	};
	int rc = all_counted(infos, count) ? 0 : each_row(merge_row, &merge);

	if (rc < 0)
		return rc;
	copy_to_duplicates(infos, count);
	for (size_t i = 0; i < count; i++) {
		if (infos[i].counted)
			correct_resident(&merge, &infos[i]);
		/* a second call reads the table again */
		infos[i].counted = false;
	}
	return 0;
}
