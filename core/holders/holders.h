/* holders.h - what was found of segments in processes, before it is judged */
#ifndef HOLDERS_H
#define HOLDERS_H

#include "proc/mappings.h"

/* What a mapping that was found turns out to be. */
enum verdict {
	HOLDS,   /* it is of the segment here that has this id */
	REPEATS, /* it is the same, seen through another process with the same memory */
	FOREIGN, /* it is, or may be, of a segment of another IPC namespace */
};

/* A mapping that was found. */
struct sighting {
	struct shmbox_holder holder;
	enum verdict verdict;
};

struct sightings {
	struct sighting *found; /* one malloc(3) block */
	int count;
	bool denied; /* there are processes that we cannot inspect, or do not see */
	int refusal; /* why the one that was asked for cannot be, or 0 */
};

static inline bool is_denied(int rc)
{
	return rc == -EACCES || rc == -EPERM;
}

/* ---- sightings.c ---- */

/*
 * Finds the mappings that look like those of a segment, or of any (SHMBOX_ALL); in processes
 * that have a thread in another IPC namespace they are foreign. The process child is left
 * out, unless it is 0; asked may be one that has to be seen. Returns 0, -ENOSYS if /proc shows
 * no processes, or why it cannot be read; what was found until then is the caller's to free.
 */
int find_sightings(int id, pid_t child, pid_t asked, struct sightings *sightings);

/* ---- sharers.c ---- */

/*
 * Judges the count sightings of one segment, sorted by pid and address: of several processes
 * that share their memory, one holds the segment and the others repeat it; if one of them is
 * in another IPC namespace, all are foreign. Where the kernel does not tell whether they share
 * it, and nothing shows that they do not, their holders are marked as doubtful.
 * Returns 0, or -ENOMEM.
 */
int judge_sharers(struct sighting *sightings, int count);

/* ---- proof.c ---- */

/*
 * 1 if the file behind a mapping is this segment as far as the file tells, 0 if it is another
 * one; or the negated errno of stat(2) on /proc/PID/map_files, which takes CAP_SYS_ADMIN or
 * CAP_CHECKPOINT_RESTORE of the first user namespace.
 */
int is_file_of(const struct shmbox_holder *holder, const struct shmbox_info *info);

/* ---- holders.c ---- */

/* What a look at all processes has shown beside the list. */
struct look {
	bool denied; /* there are processes that we cannot inspect */
	int repeats; /* behind the list come so many mappings that repeat one of it */
};

/* shmbox_holders(), and more that was seen, without a look at the segment first. The process child is left out, unless it is 0. */
int look_for_holders(int id, pid_t child, struct shmbox_holder **out, struct look *look);

#endif
