/*
 * sightings.c - the mappings of segments in all processes
 *
 * The inode of such a mapping is the id of its segment, but ids are of an IPC namespace: only
 * those of processes in ours can be of segments that are here.
 */

#include "bytes/file.h"
#include "holders/holders.h"
#include "proc/mappings.h"
#include "proc/namespace.h"
#include "proc/process.h"
#include "proc/procfs.h"

struct search {
	int id;
	pid_t pid;    /* whose mappings these are */
	pid_t thread; /* through whom we see them */
	pid_t child;  /* a process to leave out; 0: none */
	pid_t asked;  /* a process that has to be seen; 0: none */
	bool known;   /* whether the next is: asked only when that matters */
	bool foreign;
	dev_t device;
	bool device_known;
	struct sightings *sightings;
	int rc;
};

/* That a process or a thread has ended hides nothing. */
static bool has_ended(int rc)
{
	return rc == -ENOENT || rc == -ESRCH;
}

/* Notes what came of a look into the process. */
static void note_look(struct search *search, int rc)
{
	if (rc >= 0 || has_ended(rc))
		return;
	/* another failure is of the moment: the next look may see it */
	search->sightings->denied |= is_denied(rc);
	if (search->pid == search->asked)
		search->sightings->refusal = rc;
}

static bool add(struct search *search, struct shmbox_holder holder)
{
	struct sightings *sightings = search->sightings;
	struct sighting *more =
		room_for_one(sightings->found, (size_t)sightings->count, sizeof(*more));

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
 * The size of the segment's huge pages, 0, or SHMBOX_UNKNOWN; *genuine is whether the kernel
 * keeps segments there: anybody may have a file of such a name on a file system of his own.
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

/* Stops at a thread that is in another IPC namespace, or does not tell. */
static bool check_thread(pid_t thread, void *data)
{
	struct search *search = data;
	int rc = shares(thread, "ipc");

	note_look(search, rc);
	/* a thread that has ended is in none */
	search->foreign = rc == 0 || (rc < 0 && !has_ended(rc));
	return !search->foreign;
}

/* A mapping may be what any of the threads has attached, each in a namespace of its own. */
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

/* The inode is the id, but ids are of a namespace (ipc/shm.c). */
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

/* Until there is one that has memory: those that have ended do not. */
static bool look_at_thread(pid_t thread, void *data)
{
	struct search *search = data;
	int rc;

	search->thread = thread;
	rc = each_mapping(thread, look_at, search);
	note_look(search, rc);
	return rc == -ESRCH;
}

/* What the first thread has left to the others is seen only through these. */
static bool look_at_process(pid_t pid, void *data)
{
	struct search *search = data;
	int threads;
	int state;

	/* the child that traces for us has no memory of its own: see tracer.c */
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
	search.device_known = kernel_device(&search.device);
	if (!proc_is_ours())
		return -ENOSYS;
	rc = each_number("/proc", look_at_process, &search);
	sightings->denied |= !all_visible();
	return rc < 0 ? rc : search.rc;
}
