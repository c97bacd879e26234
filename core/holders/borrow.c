/* SPDX-License-Identifier: MIT */
/* borrow.c - read a segment without attaching it, through the mapping of a holder */

#include "bytes/source.h"

int shmbox_borrow(int id, struct shmbox_map *map)
{
	struct shmbox_holder *holders;
	struct shmbox_info info;
	struct source source;
	int rc = shmbox_stat(id, &info);
	int count;

	if (rc < 0)
		return rc;
	if (info.attached == 0)
		return -ESRCH;
	count = shmbox_holders(id, &holders);
	if (count < 0)
		return count;
	rc = -EPERM;
	for (int i = 0; rc != 0 && i < count; i++) {
		*map = (struct shmbox_map){
			.id = id,
			.size = info.size,
			.holder = holders[i],
		};
		rc = source_open(&source, map);
	}
	free(holders);
	/* the segment is attached, but by no process that we can inspect */
	if (rc == -ESRCH)
		rc = -EPERM;
	if (rc == 0)
		source_close(&source);
	return rc;
}
