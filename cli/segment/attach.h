/* SPDX-License-Identifier: MIT */
/* attach.h - attach a segment, or report why that is not possible */
#ifndef ATTACH_H
#define ATTACH_H

#include <shmbox/shmbox.h>

/*
 * Each fills in *map, which the caller passes to shmbox_detach(); or reports why the
 * segment with this id cannot be attached. object is the segment as the user typed it.
 * Returns a status.
 */
int attach_to_read(const char *object, int id, struct shmbox_map *map);
int attach_to_write(const char *object, int id, struct shmbox_map *map);
/* Read-only, through a process that has the segment attached: shmbox_borrow(). */
int borrow_to_read(const char *object, int id, struct shmbox_map *map);

#endif
