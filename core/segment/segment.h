/* segment.h - segments as the kernel and its table tell of them */
#ifndef SEGMENT_H
#define SEGMENT_H

#include "core.h"

/* 0, or why shmbox_create() could not ask for an id. */
int may_choose_id(void);
/* Whether these are permission bits alone: a segment has no others. */
static inline bool is_mode(mode_t mode)
{
	return (mode & ~(mode_t)0777) == 0;
}

/* rc as our callers see it: a segment that is not there is -ENOENT in every disguise. */
static inline int segment_error(int error)
{
	return error == EINVAL || error == EIDRM ? -ENOENT : -error;
}

/*
 * Calls each(info, data) for every row of /proc/sysvipc/shm until it returns false. Sizes
 * are right there even where shm_segsz is 32 bits wide. Returns 0, or why the table
 * cannot be read.
 */
int each_row(bool (*each)(const struct shmbox_info *row, void *data), void *data);

/* The id of the segment that has the kernel's place for id, which need not be id; or -ENOENT. */
int place_holder(int id);

/* The id of the segment with this key by the table in /proc, or -ENOENT; refusal without it. */
int id_in_table(key_t key, int refusal);

/* Makes the kernel give this id to the next segment that is made here, by anyone. 0 or -errno. */
int set_next_id(int id);

/* What the kernel told, with all that it did not tell unknown. */
struct shmbox_info info_from(int id, const struct shmid_ds *ds);

#endif
