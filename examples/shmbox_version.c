/* SPDX-License-Identifier: MIT */
/* shmbox_version - compare the version of the library with the version of the header */

#include <shmbox/shmbox.h>

int main(void)
{
	if (shmbox_version() / 100 != SHMBOX_VERSION_NUMBER / 100)
		return 1;
	printf("the library has the same minor version\n");
	return 0;
}

/* prints: the library has the same minor version */
