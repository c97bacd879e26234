/* SPDX-License-Identifier: MIT */
/* holders.h - mappings of segments in all processes, and which of them are attaches */
#ifndef HOLDERS_H
#define HOLDERS_H

#include "proc/mappings.h"

/* What a candidate mapping is. */
enum verdict {
	ATTACHED,  /* an attach of the segment with this id in our IPC namespace */
	DUPLICATE, /* the same attach, in another process that shares the memory */
	FOREIGN,   /* it is, or may be, of a segment in another IPC namespace */
};

/* A mapping that has the name and the device of a segment. */
struct candidate {
	struct shmbox_holder holder;
	enum verdict verdict;
};

struct candidates {
	struct candidate *found; /* one malloc(3) block */
	int count;
	bool denied; /* there are processes that we may not inspect, or that are hidden */
	int refusal; /* why the required process cannot be inspected, or 0 */
};

static inline bool is_denied(int rc)
{
	return rc == -EACCES || rc == -EPERM;
}

/* ---- candidates.c ---- */

/*
 * Finds the mappings that may be of the segment id, or of any segment (SHMBOX_ALL). They
 * are FOREIGN in processes that have a thread in another IPC namespace. Leaves out the
 * process excluded, and sets refusal if the process required cannot be inspected; both
 * may be 0. Returns 0 or a negated errno: -ENOSYS if /proc shows no processes. The caller
 * frees candidates->found in any case.
 */
int find_candidates(int id, pid_t excluded, pid_t required,
                    struct candidates *candidates);

/* ---- sharers.c ---- */

/*
 * Judges the count mappings of one segment, sorted by pid and address. If processes share
 * their memory, one of them is the holder and the others are duplicates; if one is in
 * another IPC namespace, all are FOREIGN. If it is unknown whether they share their
 * memory, their holders are marked as doubtful. Returns 0 or -ENOMEM.
 */
int judge_sharers(struct candidate *candidates, int count);

/* ---- proof.c ---- */

/*
 * Returns 1 if id, creator and size of the mapped file are those of the segment, 0 if
 * they are not, or the negated errno of stat(2) on /proc/PID/map_files, which requires a
 * capability (docs/kernel.md, map_files).
 */
int is_segment_file(const struct shmbox_holder *holder, const struct shmbox_info *info);

/* ---- holders.c ---- */

/* What a scan of all processes has found in addition to the list. */
struct scan {
	bool denied;    /* there are processes that we may not inspect */
	int duplicates; /* number of duplicates that follow the list */
};

/*
 * Does the work of shmbox_holders() without checking that the segment exists, and
 * describes the scan in *scan. Leaves out the process excluded, which may be 0.
 */
int scan_holders(int id, pid_t excluded, struct shmbox_holder **out, struct scan *scan);

/* True if it is certain that these mappings are as many different attaches. */
bool all_certain(const struct shmbox_holder *holders, int count);

#endif
