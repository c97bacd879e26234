/* SPDX-License-Identifier: MIT */
/* shmbox_version - compare the library that runs with the header that was compiled */

#include <shmbox/shmbox.h>

int main(void)
{
	int version = shmbox_version();

	printf("libshmbox %d.%d\n", version / 10000, version / 100 % 100);
	if (version < SHMBOX_VERSION_NUMBER)
		printf("it is older than the header: %s\n", SHMBOX_VERSION);
	return 0;
}

/* prints: libshmbox .. */
