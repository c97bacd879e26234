/* SPDX-License-Identifier: MIT */
/* touch.h - make the kernel touch pages of a mapping */
#ifndef TOUCH_H
#define TOUCH_H

#include "core.h"

/*
 * Touches the pages of a range, for writing if write is true. Returns 0 or a negated
 * errno: -EFAULT or -ENOMEM if there is no memory, which a load or store would report by
 * SIGBUS.
 */
int touch(const void *address, size_t length, bool write);

/*
 * Maps the pages of a range in one call, for writing if write is true, which saves page
 * faults. Errors are ignored.
 */
void prefault(const void *address, size_t length, bool write);

#endif
