/* attach.h - get at the bytes of a segment, or say why that is not possible */
#ifndef ATTACH_H
#define ATTACH_H

#include <shmbox/shmbox.h>

/*
 * Each fills in *map, for the caller to shmbox_detach(); or says why the segment with this id,
 * which the user typed as object, cannot be attached, and returns a status.
 */
int attach_to_read(const char *object, int id, struct shmbox_map *map);
int attach_to_write(const char *object, int id, struct shmbox_map *map);
/* Read-only, through a process that has the segment attached: shmbox_borrow(). */
int borrow_to_read(const char *object, int id, struct shmbox_map *map);

#endif
