/* SPDX-License-Identifier: MIT */
/* segment.h - segments in the kernel's calls and its table in /proc */
#ifndef SEGMENT_H
#define SEGMENT_H

#include "core.h"

/*
 * Returns 0 if we may choose the id of a new segment, or a negated errno: -EPERM, or
 * -EOPNOTSUPP if kernel.shm_next_id is missing.
 */
int may_choose_id(void);

/* True if mode has only permission bits. */
static inline bool is_mode(mode_t mode)
{
	return (mode & ~(mode_t)0777) == 0;
}

/*
 * Negates an errno of shmctl(2) or shmat(2). EINVAL and EIDRM mean that the segment is
 * gone.
 */
static inline int segment_error(int error)
{
	return error == EINVAL || error == EIDRM ? -ENOENT : -error;
}

/*
 * Calls each(row, data) for every row of /proc/sysvipc/shm until each() returns false.
 * Sizes are correct there even if shm_segsz has 32 bits. Returns 0, or the negated errno
 * of open(2) or read(2).
 */
int each_row(bool (*each)(const struct shmbox_info *row, void *data), void *data);

/*
 * Returns the id of the segment in the slot of the kernel's table that id belongs to,
 * which can be another id; or a negated errno: -ENOENT if the slot is free.
 */
int slot_occupant(int id);

/*
 * Returns the id of the segment with this key from the table in /proc, -ENOENT if no
 * segment has it, or refusal if the table cannot be read.
 */
int id_in_table(key_t key, int refusal);

/*
 * Makes the kernel give this id to the next segment that any process creates in our IPC
 * namespace. Returns 0 or a negated errno, as may_choose_id().
 */
int set_next_id(int id);

/* Returns a random key that is not IPC_PRIVATE. It may be taken. */
key_t random_key(void);

/* Converts the kernel's struct; quantities that it lacks are SHMBOX_UNKNOWN. */
struct shmbox_info info_from(int id, const struct shmid_ds *ds);

#endif
