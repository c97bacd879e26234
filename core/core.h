/* SPDX-License-Identifier: MIT */
/* core.h - includes of every file of the core */
#ifndef CORE_H
#define CORE_H

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/shm.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <shmbox/shmbox.h>

#include "symbols.h"

/* From <linux/shm.h>, which cannot be included beside <sys/shm.h>. */
enum { HUGE_SHIFT = 26 };

#endif
