/* SPDX-License-Identifier: MIT */
/*
 * waiters.c - the processes that only wait on a segment that is marked for removal
 *
 * Processes that only wait would keep such a segment attached for each other. Therefore
 * each wait has a sign: a mapping whose name other processes see (shm-protocols(7)). A
 * process only waits if all of its threads wait, so its signs are compared with its
 * threads.
 */

#include <sys/mman.h>

#include "bytes/file.h"
#include "holders/holders.h"
#include "proc/mappings.h"
#include "proc/process.h"
#include "proc/procfs.h"
#include "values/wait.h"

enum { SIGN_NAME = 80 }; /* bytes */

/* The name contains our IPC namespace too: another namespace can have the same id. */
static bool name_sign(char name[SIGN_NAME], const char *before, int id, const char *after)
{
	struct shmbox_namespace here = { 0 };

	if (shmbox_own_namespace(&here) < 0)
		return false;
	snprintf(name, SIGN_NAME, "%sshmbox waits for %d in ipc:[%llu]%s", before, id,
	         (unsigned long long)here.ns, after);
	return true;
}

void *show_sign(int id)
{
	char name[SIGN_NAME];
	void *sign = MAP_FAILED;
	int fd;

	if (!name_sign(name, "", id, ""))
		return NULL;
	fd = memory_file(name);
	if (fd < 0)
		return NULL;
	if (ftruncate(fd, (off_t)page_size()) == 0)
		sign = mmap(NULL, (size_t)page_size(), PROT_NONE, MAP_SHARED, fd, 0);
	close(fd);
	if (sign == MAP_FAILED)
		return NULL;
	/* a child inherits our attach, but does not wait */
	madvise(sign, (size_t)page_size(), MADV_DONTFORK);
	return sign;
}

void remove_sign(void *sign)
{
	if (sign)
		munmap(sign, (size_t)page_size());
}

struct count {
	char name[SIGN_NAME];
	int signs;
	int threads;
};

static bool count_sign(const struct mapping *mapping, void *data)
{
	struct count *count = data;

	count->signs += strcmp(mapping->name, count->name) == 0;
	return true;
}

/* A first thread that exits before the others remains as a zombie without mappings. */
static bool count_thread(pid_t thread, void *data)
{
	struct count *count = data;
	int threads;
	int state = state_of(thread, &threads);

	if (state == 'Z' || state == 'X')
		return true;
	if (count->threads++ == 0)
		each_mapping(thread, count_sign, count);
	return count->signs > 0;
}

/* True if each thread of the process waits. */
static bool only_waits(pid_t pid, struct count *count)
{
	count->signs = 0;
	count->threads = 0;
	return each_thread(pid, count_thread, count) == 0 && count->signs > 0 &&
	       count->signs >= count->threads;
}

/* A doubtful holder may share its memory: its signs may be those of another process. */
static bool each_holder_waits(const struct shmbox_holder *holders, int mappings,
                              struct count *count)
{
	for (int i = 0; i < mappings; i++) {
		if (holders[i].doubtful)
			return false;
		if ((i == 0 || holders[i].pid != holders[i - 1].pid) &&
		    !only_waits(holders[i].pid, count))
			return false;
	}
	return true;
}

bool all_holders_wait(int id)
{
	struct shmbox_holder *holders;
	struct shmbox_info info;
	struct count count;
	struct scan scan;
	bool all;
	int attaches;

	if (!name_sign(count.name, "/memfd:", id, " (deleted)"))
		return false;
	attaches = scan_holders(id, 0, &holders, &scan);
	all = attaches > 0 && scan.duplicates == 0 &&
	      each_holder_waits(holders, attaches, &count);
	free(holders);
	/* a process that is hidden, or has attached it since the scan, may write */
	return all && shmbox_stat(id, &info) == 0 && info.attached == (uint64_t)attaches;
}
