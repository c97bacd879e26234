/* SPDX-License-Identifier: MIT */
/* restore_spec.h - the segment that is made from a member of an archive */
#ifndef RESTORE_SPEC_H
#define RESTORE_SPEC_H

#include "work/restore.h"

/* The segment to create for the last member that was read. Returns a status. */
int restore_spec(const struct restore *restore, struct shmbox_spec *spec);

/* Reports why shmbox_create() returned rc; returns a status. */
int restore_cannot(const struct restore *restore, int rc, const struct shmbox_spec *spec);

#endif
