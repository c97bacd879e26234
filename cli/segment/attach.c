/* SPDX-License-Identifier: MIT */
/* attach.c - attach a segment, or report why that is not possible */

#include "segment/attach.h"
#include "diag/diag.h"

int attach_to_read(const char *object, int id, struct shmbox_map *map)
{
	int rc = shmbox_attach(id, SHMBOX_READ_ONLY, map);

	return rc < 0 ? failed_to_read(rc, object, id) : STATUS_OK;
}

int attach_to_write(const char *object, int id, struct shmbox_map *map)
{
	int rc = shmbox_attach(id, 0, map);

	return rc < 0 ? failed_on(SHMBOX_ATTACH, rc, object, id) : STATUS_OK;
}

int borrow_to_read(const char *object, int id, struct shmbox_map *map)
{
	int rc = shmbox_borrow(id, map);

	return rc < 0 ? failed_on(SHMBOX_BORROW, rc, object, id) : STATUS_OK;
}
