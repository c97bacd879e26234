/* capability.h - the rights that we have, and where they count */
#ifndef CAPABILITY_H
#define CAPABILITY_H

#include "core.h"

/* Whether we have this one of <linux/capability.h>. */
bool has_capability(unsigned number);
/* The same in the user namespace that owns our IPC namespace: only there it is a right here. */
bool has_capability_here(unsigned number);

/* False in a user namespace whose root has no right on the machine itself. */
bool in_first_user_namespace(void);

/* Whether this is our group or one of our supplementary groups. */
bool in_group(gid_t group);

#endif
