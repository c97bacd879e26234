/* touch.h - make the kernel touch pages of a mapping */
#ifndef TOUCH_H
#define TOUCH_H

#include "core.h"

/* Makes the kernel touch the pages of a range, so that want of memory is no SIGBUS. */
int touch(const void *address, size_t length, bool write);

/* The same for pages that are there: a help for what comes next, and no failure. */
void read_ahead(const void *address, size_t length);

#endif
