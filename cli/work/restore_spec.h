/* restore_spec.h - what is to be made of a member of an archive */
#ifndef RESTORE_SPEC_H
#define RESTORE_SPEC_H

#include "work/restore.h"

/* What to create for the member that was read last. Returns a status. */
int restore_spec(const struct restore *restore, struct shmbox_spec *spec);

/* Says why it cannot be created, where that returned rc; returns a status. */
int restore_cannot(const struct restore *restore, int rc, const struct shmbox_spec *spec);

#endif
