/*
 * sightings.c - find candidates for attaches: mappings of segments in all processes
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
	pid_t pid;    /* the process that is being scanned */
	pid_t thread; /* the thread whose maps are read */
	pid_t child;  /* a process to skip, or 0 */
	pid_t asked;  /* a process that must be inspected, or 0 */
	bool known;   /* foreign is set for this process */
	bool foreign; /* a thread is in another IPC namespace, or that is unknown */
	dev_t device; /* of segments with ordinary pages */
	bool device_known;
	struct sightings *sightings;
	int rc;
};

/* A process or thread that has exited hides no attach. */
static bool has_ended(int rc)
{
	return rc == -ENOENT || rc == -ESRCH;
}

/* Records an error of inspecting the process. */
static void note_look(struct search *search, int rc)
{
	if (rc >= 0 || has_ended(rc))
		return;
	/* other errors are temporary: the next scan may succeed */
	search->sightings->denied |= is_denied(rc);
	if (search->pid == search->asked)
		search->sightings->refusal = rc;
}

static bool add(struct search *search, struct shmbox_holder holder)
{
	struct sightings *sightings = search->sightings;
	struct sighting *more =
		grow_block(sightings->found, (size_t)sightings->count, sizeof(*more));

	if (!more) {
		search->rc = -ENOMEM;
		return false;
	}
	sightings->found = more;
	more[sightings->count++] = (struct sighting){
		.holder = holder,
		.verdict = search->foreign ? FOREIGN : HOLDS,
	};
	return true;
}

/*
 * Returns the bytes of a huge page of the mapping, 0 for ordinary pages, or
 * SHMBOX_UNKNOWN. *genuine is false if the file is not on a file system of the kernel's
 * own: any user may have a file with such a name.
 */
static int64_t look_at_pages(const struct search *search, const struct mapping *mapping,
                             bool *genuine)
{
	const struct shmbox_holder holder = { .pid = search->pid,
		                              .thread = search->thread,
		                              .start = mapping->start };
	struct smaps smaps;
	int64_t page = (int64_t)mapping->page;

	*genuine = true;
	if (search->device_known && mapping->device == search->device)
		return 0;
	if (!page && read_smaps(&holder, 1, &smaps))
		page = smaps.page;
	if (page > (int64_t)page_size())
		return page;
	*genuine = !search->device_known;
	return page ? 0 : SHMBOX_UNKNOWN;
}

/* Stops at a thread whose IPC namespace is another one, or hidden. */
static bool check_thread(pid_t thread, void *data)
{
	struct search *search = data;
	int rc = shares_namespace(thread, "ipc");

	note_look(search, rc);
	/* a thread that has exited is in no namespace */
	search->foreign = rc == 0 || (rc < 0 && !has_ended(rc));
	return !search->foreign;
}

/* Any thread may have made the attach, and each may be in another namespace. */
static void find_namespace(struct search *search)
{
	int threads = 0;
	int rc;

	if (search->known)
		return;
	search->known = true;
	search->foreign = false;
	if (!check_thread(search->thread, search) ||
	    (state_of(search->pid, &threads) && threads == 1))
		return;
	rc = each_thread(search->pid, check_thread, search);
	note_look(search, rc);
	search->foreign |= rc < 0 && !has_ended(rc);
}

/* Adds a mapping of a segment, whose id is its inode (shm_mmap() in ipc/shm.c). */
static bool look_at(const struct mapping *mapping, void *data)
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
	bool genuine;

	if (strncmp(mapping->name, "/SYSV", 5) != 0 || mapping->inode > INT32_MAX ||
	    (search->id != SHMBOX_ALL && holder.id != search->id))
		return true;
	holder.key = (key_t)next_number(&key, 16);
	holder.huge_page = look_at_pages(search, mapping, &genuine);
	if (!key || !genuine)
		return true;
	find_namespace(search);
	return add(search, holder);
}

/* Returns true to continue with another thread if this thread has no memory. */
static bool look_at_thread(pid_t thread, void *data)
{
	struct search *search = data;
	int rc;

	search->thread = thread;
	rc = each_mapping(thread, look_at, search);
	note_look(search, rc);
	return rc == -ESRCH;
}

/* If the first thread has exited, the mappings are visible in the other threads only. */
static bool look_at_process(pid_t pid, void *data)
{
	struct search *search = data;
	int threads;
	int state;

	/* the child that traces for us shares our memory: see tracer.c */
	if (pid == search->child)
		return true;
	search->pid = pid;
	search->known = false;
	if (!look_at_thread(pid, search))
		return search->rc == 0;
	state = state_of(pid, &threads);
	if (!state || (state == 'Z' && threads > 1))
		note_look(search, each_thread(pid, look_at_thread, search));
	return search->rc == 0;
}

int find_sightings(int id, pid_t child, pid_t asked, struct sightings *sightings)
{
	struct search search = {
		.id = id, .child = child, .asked = asked, .sightings = sightings
	};
	int rc;

	*sightings = (struct sightings){ 0 };
	search.device_known = shm_device(&search.device);
	if (!proc_is_ours())
		return -ENOSYS;
	rc = each_number("/proc", look_at_process, &search);
	sightings->denied |= !all_processes_visible();
	return rc < 0 ? rc : search.rc;
}
