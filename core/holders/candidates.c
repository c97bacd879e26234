/* SPDX-License-Identifier: MIT */
/*
 * candidates.c - find candidates for attaches: mappings of segments in all processes
 *
 * The inode of such a mapping is the id of its segment. Ids belong to an IPC namespace:
 * only a process in our namespace can have attached our segments (docs/kernel.md,
 * Holders).
 */

#include "bytes/file.h"
#include "holders/holders.h"
#include "proc/mappings.h"
#include "proc/namespace.h"
#include "proc/process.h"
#include "proc/procfs.h"

struct search {
	int id;
	pid_t pid;             /* the process that is being scanned */
	pid_t thread;          /* the thread whose maps are read */
	pid_t excluded;        /* a process to leave out, or 0 */
	pid_t required;        /* a process that must be inspected, or 0 */
	bool foreign_is_known; /* foreign is set for this process */
	bool foreign; /* a thread is in another IPC namespace, or that is unknown */
	dev_t device; /* of segments with ordinary pages */
	bool device_known;
	struct candidates *candidates;
	int rc;
};

/* A process or thread that has exited hides no attach. */
static bool has_exited(int rc)
{
	return rc == -ENOENT || rc == -ESRCH;
}

/* Records an error of inspecting the process. */
static void note_error(struct search *search, int rc)
{
	if (rc >= 0 || has_exited(rc))
		return;
	/* other errors are temporary: the next scan may succeed */
	search->candidates->denied |= is_denied(rc);
	if (search->pid == search->required)
		search->candidates->refusal = rc;
}

static bool add(struct search *search, struct shmbox_holder holder)
{
	struct candidates *candidates = search->candidates;
	struct candidate *more =
		grow_block(candidates->found, (size_t)candidates->count, sizeof(*more));

	if (!more) {
		search->rc = -ENOMEM;
		return false;
	}
	candidates->found = more;
	more[candidates->count++] = (struct candidate){
		.holder = holder,
		.verdict = search->foreign ? FOREIGN : ATTACHED,
	};
	return true;
}

/*
 * Returns the bytes of a huge page of the mapping, 0 for ordinary pages, or
 * SHMBOX_UNKNOWN. *is_shm is false if the file is not on a file system of the kernel's
 * own: any user may have a file with such a name.
 */
static int64_t read_page_size(const struct search *search, const struct mapping *mapping,
                              bool *is_shm)
{
	const struct shmbox_holder holder = { .pid = search->pid,
		                              .thread = search->thread,
		                              .start = mapping->start };
	struct smaps smaps;
	int64_t page = (int64_t)mapping->page;

	*is_shm = true;
	if (search->device_known && mapping->device == search->device)
		return 0;
	if (!page && read_smaps(&holder, 1, &smaps))
		page = smaps.page;
	if (page > (int64_t)page_size())
		return page;
	*is_shm = !search->device_known;
	return page ? 0 : SHMBOX_UNKNOWN;
}

/* Stops at a thread whose IPC namespace is another one, or hidden. */
static bool check_thread(pid_t thread, void *data)
{
	struct search *search = data;
	int rc = shares_namespace(thread, "ipc");

	note_error(search, rc);
	/* a thread that has exited is in no namespace */
	search->foreign = rc == 0 || (rc < 0 && !has_exited(rc));
	return !search->foreign;
}

/* Any thread may have made the attach, and each may be in another namespace. */
static void check_namespaces(struct search *search)
{
	int threads = 0;
	int rc;

	if (search->foreign_is_known)
		return;
	search->foreign_is_known = true;
	search->foreign = false;
	if (!check_thread(search->thread, search) ||
	    (state_of(search->pid, &threads) && threads == 1))
		return;
	rc = each_thread(search->pid, check_thread, search);
	note_error(search, rc);
	search->foreign |= rc < 0 && !has_exited(rc);
}

/* Adds a mapping of a segment, whose id is its inode (shm_mmap() in ipc/shm.c). */
static bool add_mapping(const struct mapping *mapping, void *data)
{
	struct search *search = data;
	struct shmbox_holder holder = {
		.id = (int)mapping->inode,
		.pid = search->pid,
		.thread = search->thread,
		.writable = mapping->writable,
		.start = mapping->start,
		.end = mapping->end,
	};
	const char *key = mapping->name + 5;
	bool is_shm;

	if (strncmp(mapping->name, "/SYSV", 5) != 0 || mapping->inode > INT32_MAX ||
	    (search->id != SHMBOX_ALL && holder.id != search->id))
		return true;
	holder.key = (key_t)next_number(&key, 16);
	holder.huge_page = read_page_size(search, mapping, &is_shm);
	if (!key || !is_shm)
		return true;
	check_namespaces(search);
	return add(search, holder);
}

/* Returns true to continue with another thread if this thread has no memory. */
static bool scan_thread(pid_t thread, void *data)
{
	struct search *search = data;
	int rc;

	search->thread = thread;
	rc = each_mapping(thread, add_mapping, search);
	note_error(search, rc);
	return rc == -ESRCH;
}

/* If the first thread has exited, the mappings are visible in the other threads only. */
static bool scan_process(pid_t pid, void *data)
{
	struct search *search = data;
	int threads;
	int state;

	/* the child that traces for us shares our memory: see tracer.c */
	if (pid == search->excluded)
		return true;
	search->pid = pid;
	search->foreign_is_known = false;
	if (!scan_thread(pid, search))
		return search->rc == 0;
	state = state_of(pid, &threads);
	if (!state || (state == 'Z' && threads > 1))
		note_error(search, each_thread(pid, scan_thread, search));
	return search->rc == 0;
}

int find_candidates(int id, pid_t excluded, pid_t required, struct candidates *candidates)
{
	struct search search = { .id = id,
		                 .excluded = excluded,
		                 .required = required,
		                 .candidates = candidates };
	int rc;

	*candidates = (struct candidates){ 0 };
	search.device_known = shm_device(&search.device);
	if (!proc_is_ours())
		return -ENOSYS;
	rc = each_number("/proc", scan_process, &search);
	candidates->denied |= !all_processes_visible();
	return rc < 0 ? rc : search.rc;
}
