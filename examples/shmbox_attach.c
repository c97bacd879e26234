/* SPDX-License-Identifier: MIT */
/* shmbox_attach - write and read bytes at an offset, as pwrite(2) and pread(2) do */

#include <shmbox/shmbox.h>
#include <string.h>

int main(void)
{
	struct shmbox_spec spec = { .size = 5000, .mode = 0600 };
	struct shmbox_map map;
	char text[16] = "";
	int id = shmbox_create(&spec);
	int64_t rc;

	if (id < 0 || shmbox_attach(id, 0, &map) < 0)
		return 1;
	shmbox_write(&map, 4096, "hello", 5);
	shmbox_read(&map, 4096, text, sizeof(text) - 1);
	puts(text);
	rc = shmbox_write(&map, 4999, "does not fit", 12);
	puts(strerror((int)-rc)); /* ERANGE: nothing was written */
	shmbox_detach(&map);
	return shmbox_remove(id) != 0;
}

/* prints: hello
 * .. */
