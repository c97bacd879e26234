/* SPDX-License-Identifier: MIT */
/* sweep-segments.c - the segments of a case */

#include <errno.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/shm.h>
#include <unistd.h>

#include "sweep-world.h"

void pattern(char *to, size_t from, size_t end)
{
	for (size_t i = from; i < end; i++)
		to[i] = (char)((uint32_t)(i + 1) * 2654435761U >> 23);
}

char *attach(int id)
{
	char *at = shmat(id, NULL, 0);

	if ((intptr_t)at == -1)
		broken("shmat");
	return at;
}

int make_segment(key_t key, size_t size)
{
	int id = shmget(key, size, IPC_CREAT | IPC_EXCL | 0600);

	if (id < 0)
		broken("shmget");
	return id;
}

void add_segment(key_t key, size_t size, size_t data, size_t again)
{
	char *at = attach(make_segment(key, size));

	pattern(at, 0, data);
	pattern(at, again, size);
	shmdt(at);
}

/*
 * The kernel frees the pages of earlier runs a while after their namespaces end: no pages now
 * does not mean that there are none.
 */
void add_segment_of_huge_pages(void)
{
	int id, tries = 0;
	char *at;

	while ((id = shmget(KEY, HUGE, IPC_CREAT | SHM_HUGETLB | 0600)) < 0 &&
	       errno == ENOMEM && tries++ < 60000)
		usleep(1000);
	if (id < 0)
		broken("huge pages");
	at = attach(id);
	pattern(at, 0, PLAIN_DATA);
	shmdt(at);
}

void add_segment_of_words(void)
{
	static const uint32_t values[] = { 1, 7 };
	char *at = attach(make_segment(KEY, 4096));

	memcpy(at, values, sizeof(values));
	memcpy(at + 64, "hello", 5);
	shmdt(at);
}
