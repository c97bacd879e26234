/* SPDX-License-Identifier: MIT */
/* rights.h - our rights on a segment, and why a call failed */
#ifndef RIGHTS_H
#define RIGHTS_H

#include "core.h"

/*
 * True if we own or created the segment: the owner's bits of its mode apply to us, and we
 * may change it.
 */
bool owns(const struct shmbox_info *info);

/*
 * True if mode, owner and capabilities allow the access (docs/kernel.md, Rights): wanted
 * is 4 to read, 2 to write, 6 for both.
 */
bool mode_allows(const struct shmbox_info *info, mode_t wanted);

/*
 * True if rc is a refusal by the kernel, a seccomp filter or a security module. ENOSYS
 * comes from a filter if /proc/sysvipc/shm exists, because then the kernel has the calls.
 */
bool was_refused(int rc);

/* Sets the cause of a failed call on the segment spec->id. */
void explain_use(enum shmbox_op op, int rc, const struct shmbox_spec *spec,
                 struct shmbox_cause *cause);
/* Sets the cause of a refused shmget(2). */
void explain_refused_creation(enum shmbox_op op, int rc, const struct shmbox_spec *spec,
                              struct shmbox_cause *cause);

/*
 * Checks whether the creation of a segment as in spec would fail. Returns 0, or the
 * negated errno of shmget(2) with its cause. An error of may_choose_id() or of reading
 * the limits sets no cause.
 */
int find_obstacle(enum shmbox_op op, const struct shmbox_spec *spec,
                  struct shmbox_cause *cause);

#endif
