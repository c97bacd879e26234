/* holders.c - the processes that have segments attached */

#include <linux/kcmp.h>
#include <sys/syscall.h>

#include "mappings.h"

struct search {
	int id;
	pid_t pid;    /* whose mappings these are */
	pid_t thread; /* through whom we see them */
	bool known;   /* it shares our namespace: asked only when that matters */
	bool denied;  /* somebody could not be looked into */
	dev_t device;
	bool device_known;
	struct shmbox_holder *found;
	int count;
	int rc;
};

void *room_for_one(void *block, size_t count, size_t size)
{
	/* a full block has a power of two of them */
	if (count & (count - 1))
		return block;
	return realloc(block, size * (count ? 2 * count : 1));
}

static bool add(struct search *search, struct shmbox_holder holder)
{
	struct shmbox_holder *more =
		room_for_one(search->found, (size_t)search->count, sizeof(*more));

	if (!more) {
		search->rc = -ENOMEM;
		return false;
	}
	search->found = more;
	more[search->count++] = holder;
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

/* The inode is the id, but ids are of a namespace (ipc/shm.c). */
static bool look_at(const struct mapping *mapping, void *data)
{
	struct search *search = data;
	struct shmbox_holder holder = {
		.id = (int)mapping->inode,
		.pid = search->pid,
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
	if (!search->known && shares(search->thread, "ipc") <= 0)
		return false;
	search->known = true;
	return add(search, holder);
}

static bool is_before(const struct shmbox_holder *a, const struct shmbox_holder *b)
{
	if (a->id != b->id)
		return a->id < b->id;
	return a->pid != b->pid ? a->pid < b->pid : a->start < b->start;
}

/* Shell sort: as fast as need be for what is nearly in order, and small. */
static void sort(struct shmbox_holder *holders, int count)
{
	for (int gap = count / 2; gap > 0; gap /= 2) {
		for (int i = gap; i < count; i++) {
			struct shmbox_holder moving = holders[i];
			int at = i;

			for (; at >= gap && is_before(&moving, &holders[at - gap]);
			     at -= gap)
				holders[at] = holders[at - gap];
			holders[at] = moving;
		}
	}
}

/* Until there is one that has memory: those that have ended do not. */
static bool look_at_thread(pid_t thread, void *data)
{
	struct search *search = data;
	int rc;

	search->thread = thread;
	rc = each_mapping(thread, look_at, search);
	search->denied |= rc == -EACCES;
	return rc == -ESRCH;
}

/* What the first thread has left to the others is seen only through these. */
static bool look_at_process(pid_t pid, void *data)
{
	struct search *search = data;
	int threads;

	search->pid = pid;
	search->known = false;
	if (look_at_thread(pid, search) && state_of(pid, &threads) == 'Z' && threads > 1)
		each_thread(pid, look_at_thread, search);
	return search->rc == 0;
}

/*
 * Whether a process is the child of another with the same memory, as after vfork(2): then its
 * mappings are its parent's, and the kernel counts them once.
 */
static bool shares_memory(pid_t pid)
{
	char path[32];
	char text[512];
	const char *at;

	snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	if (read_file(path, text, sizeof(text)) <= 0)
		return false;
	/* behind the name, which may contain anything, and the state */
	at = strrchr(text, ')');
	at = at ? at + strcspn(at, " ") : "";
	at += *at ? 2 : 0;
	return syscall(SYS_kcmp, pid, (pid_t)next_number(&at, 10), KCMP_VM, 0, 0) == 0;
}

/* Whether these mappings of a process can be of the segment that has the id here. */
static bool is_of(const struct shmbox_holder *holder, const struct shmbox_info *info)
{
	uint64_t page = holder->huge_page > 0 ? (uint64_t)holder->huge_page : page_size();

	/* it came from another namespace, and holds there still what has the same id */
	return (info->removed || holder->key == info->key) &&
	       holder->end - holder->start <= (info->size + page - 1) / page * page;
}

/* Leaves out what is somebody else's, in a sorted list. */
static int sift(struct shmbox_holder *holders, int count)
{
	struct shmbox_info info;
	int kept = 0;
	bool there = false;
	bool twin = false;

	for (int i = 0; i < count; i++) {
		bool first = i == 0 || holders[i].id != holders[i - 1].id;

		if (first)
			there = shmbox_stat(holders[i].id, &info) == 0;
		if (first || holders[i].pid != holders[i - 1].pid)
			twin = shares_memory(holders[i].pid);
		if (there && !twin && is_of(&holders[i], &info))
			holders[kept++] = holders[i];
	}
	return kept;
}

/* What was found is the caller's, unless that went wrong. */
static int hand_over(struct search *search, struct shmbox_holder **out)
{
	if (search->rc < 0) {
		free(search->found);
		return search->rc;
	}
	sort(search->found, search->count);
	*out = search->found;
	return sift(search->found, search->count);
}

int shmbox_held_by(pid_t pid, struct shmbox_holder **out)
{
	struct search search = { .id = SHMBOX_ALL };

	*out = NULL;
	if (!proc_is_ours())
		return -ENOSYS;
	if (!shmbox_process_alive(pid))
		return -ESRCH;
	if (shares(pid, "ipc") == 0)
		return -EXDEV;
	search.device_known = kernel_device(&search.device);
	look_at_process(pid, &search);
	if (search.denied && search.rc == 0)
		search.rc = -EACCES;
	return hand_over(&search, out);
}

int find_holders(int id, struct shmbox_holder **out, bool *denied)
{
	struct search search = { .id = id };

	*out = NULL;
	search.device_known = kernel_device(&search.device);
	if (!proc_is_ours() || each_number("/proc", look_at_process, &search) < 0)
		return -ENOSYS;
	*denied = search.denied;
	return hand_over(&search, out);
}

int shmbox_holders(int id, struct shmbox_holder **out)
{
	bool denied;

	return find_holders(id, out, &denied);
}
