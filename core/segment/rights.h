/* rights.h - what a user may do with a segment, and why a call failed */
#ifndef RIGHTS_H
#define RIGHTS_H

#include "core.h"

/* Whether we own or made it, so that our part of its mode counts, and is ours to change. */
bool owns(const struct shmbox_info *info);

/*
 * Whether mode, owner and capabilities allow us to use the segment so, by the rule of
 * ipcperms() in the kernel's ipc/util.c: wanted is 4 to read, 2 to write, or both.
 */
bool mode_allows(const struct shmbox_info *info, mode_t wanted);

/*
 * Whether rc is a refusal: of the kernel, a filter or a security module. ENOSYS is one where
 * the kernel has the calls, which its table in /proc shows.
 */
bool was_refused(int rc);
/* shmbox_explain() of a call on the segment spec->id; and of shmget(2) that was refused. */
void explain_use(enum shmbox_op op, int rc, const struct shmbox_spec *spec,
                 struct shmbox_cause *cause);
void explain_no_creation(enum shmbox_op op, int rc, const struct shmbox_spec *spec,
                         struct shmbox_cause *cause);

/*
 * What stands in the way of spec, in the order in which the kernel looks: 0, or the error that
 * shmget(2) would give, with the cause; for may_choose_id() and what cannot be read, no cause.
 */
int find_obstacle(enum shmbox_op op, const struct shmbox_spec *spec,
                  struct shmbox_cause *cause);

#endif
