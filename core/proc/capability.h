/* SPDX-License-Identifier: MIT */
/* capability.h - our capabilities and groups, and the user namespace where they apply */
#ifndef CAPABILITY_H
#define CAPABILITY_H

#include "core.h"

/* True if the capability number of <linux/capability.h> is in our effective set. */
bool has_capability(unsigned number);
/*
 * True if we have the capability in the user namespace that owns our IPC namespace. Only
 * there does it apply to our segments (docs/kernel.md, Namespaces).
 */
bool has_ipc_capability(unsigned number);

/*
 * True in the initial user namespace: only its root has privileges on the machine itself.
 */
bool in_first_user_namespace(void);

/* True if group is our effective group or one of our supplementary groups. */
bool in_group(gid_t group);

#endif
