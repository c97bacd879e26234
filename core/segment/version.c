/* SPDX-License-Identifier: MIT */
/* version.c - the version of the library */

#include "core.h"

int shmbox_version(void)
{
	return SHMBOX_VERSION_NUMBER;
}
