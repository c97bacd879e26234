/*
 * waiters.c - those who wait on a segment that was removed, and would keep it for each other
 *
 * Each shows the others that it does nothing but wait: by a mapping whose name says so, of
 * which a process has as many as it has attaches to wait with.
 */

#include <sys/mman.h>

#include "mappings.h"

enum { SIGN_NAME = 48 };

void *sign_up(int id)
{
	char name[SIGN_NAME];
	void *sign = MAP_FAILED;
	int fd;

	snprintf(name, sizeof(name), "shmbox waits for %d", id);
	fd = memory_file(name);
	if (fd < 0)
		return NULL;
	if (ftruncate(fd, (off_t)page_size()) == 0)
		sign = mmap(NULL, (size_t)page_size(), PROT_NONE, MAP_SHARED, fd, 0);
	close(fd);
	if (sign == MAP_FAILED)
		return NULL;
	/* a child that has our attach as well does not wait */
	madvise(sign, (size_t)page_size(), MADV_DONTFORK);
	return sign;
}

void sign_off(void *sign)
{
	if (sign)
		munmap(sign, (size_t)page_size());
}

struct count {
	char name[SIGN_NAME];
	int signs;
};

static bool is_sign(const struct mapping *mapping, void *data)
{
	struct count *count = data;

	count->signs += strcmp(mapping->name, count->name) == 0;
	return true;
}

bool all_wait(int id)
{
	struct shmbox_holder *holders;
	struct shmbox_info info;
	struct count count = { .signs = 0 };
	bool denied;
	int attaches = find_holders(id, &holders, &denied);

	snprintf(count.name, sizeof(count.name), "/memfd:shmbox waits for %d (deleted)",
	         id);
	for (int i = 0; i < attaches; i++) {
		if (i == 0 || holders[i].pid != holders[i - 1].pid)
			each_mapping(holders[i].pid, is_sign, &count);
	}
	free(holders);
	/* who came since then, or is not seen, may be somebody who writes */
	return attaches > 0 && count.signs == attaches && shmbox_stat(id, &info) == 0 &&
	       info.attached == (uint64_t)attaches;
}
