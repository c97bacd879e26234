/* holders.c - the processes that have segments attached */

#include <dirent.h>
#include <sys/stat.h>

#include "mappings.h"

struct search {
	int id;
	pid_t pid;  /* whose mappings these are */
	bool known; /* it shares our namespace: asked only when that matters */
	dev_t device;
	bool device_known;
	struct shmbox_holder *found;
	int count;
	int rc;
};

static bool add(struct search *search, struct shmbox_holder holder)
{
	struct shmbox_holder *more = search->found;

	/* a full block has a power of two of them */
	if ((search->count & (search->count - 1)) == 0)
		more = realloc(search->found,
		               sizeof(*more) *
		                       (search->count ? 2 * (size_t)search->count : 1));
	if (!more) {
		search->rc = -ENOMEM;
		return false;
	}
	search->found = more;
	more[search->count++] = holder;
	return true;
}

/* What a line of /proc/PID/smaps adds to what is known of one mapping. */
struct smaps {
	uint64_t start;
	bool here; /* the lines are about it */
	bool found;
	int64_t resident;
	int64_t page;
};

static bool look_at_smaps(const char *line, void *data)
{
	static const char *const resident[] = { "Rss:", "Shared_Hugetlb:",
		                                "Private_Hugetlb:" };
	struct smaps *smaps = data;
	const char *at = line;
	uint64_t start = next_number(&at, 16);

	if (at && *at == '-') {
		smaps->here = start == smaps->start;
		smaps->found |= smaps->here;
		return smaps->here || !smaps->found;
	}
	if (!smaps->here)
		return true;
	at = line + strcspn(line, " ");
	if (strncmp(line, "KernelPageSize:", 15) == 0)
		smaps->page = (int64_t)next_number(&at, 10) * 1024;
	for (size_t i = 0; i < sizeof(resident) / sizeof(*resident); i++) {
		if (strncmp(line, resident[i], strlen(resident[i])) == 0)
			smaps->resident += (int64_t)next_number(&at, 10) * 1024;
	}
	return true;
}

static bool read_smaps(pid_t pid, uint64_t start, struct smaps *smaps)
{
	char path[32];

	*smaps = (struct smaps){ .start = start };
	snprintf(path, sizeof(path), "/proc/%d/smaps", (int)pid);
	return each_line(path, look_at_smaps, smaps) == 0 && smaps->found;
}

int64_t shmbox_holder_memory(const struct shmbox_holder *holder)
{
	struct smaps smaps;

	return read_smaps(holder->pid, holder->start, &smaps) ? smaps.resident
	                                                      : SHMBOX_UNKNOWN;
}

/*
 * The size of the segment's huge pages, 0, or SHMBOX_UNKNOWN; *genuine is whether the kernel
 * keeps segments there: anybody may have a file of such a name on a file system of his own.
 */
static int64_t look_at_pages(const struct search *search, const struct mapping *mapping,
                             bool *genuine)
{
	struct smaps smaps;
	int64_t page = (int64_t)mapping->page;

	*genuine = true;
	if (search->device_known && mapping->device == search->device)
		return 0;
	if (!page && read_smaps(search->pid, mapping->start, &smaps))
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
	if (!search->known && !shares_namespace(search->pid))
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

static int look_into(struct search *search, pid_t pid)
{
	search->pid = pid;
	search->known = false;
	return each_mapping(pid, look_at, search);
}

/* What was found is the caller's, unless that went wrong. */
static int hand_over(struct search *search, int rc, struct shmbox_holder **out)
{
	if (rc == 0)
		rc = search->rc;
	if (rc < 0) {
		free(search->found);
		return rc;
	}
	sort(search->found, search->count);
	*out = search->found;
	return search->count;
}

int shmbox_held_by(pid_t pid, struct shmbox_holder **out)
{
	struct search search = { .id = SHMBOX_ALL };

	*out = NULL;
	if (!proc_is_ours())
		return -ENOSYS;
	search.device_known = kernel_device(&search.device);
	return hand_over(&search, look_into(&search, pid), out);
}

int shmbox_holders(int id, struct shmbox_holder **out)
{
	struct search search = { .id = id };
	DIR *directory = proc_is_ours() ? opendir("/proc") : NULL;
	struct dirent *entry;

	*out = NULL;
	if (!directory)
		return -ENOSYS;
	search.device_known = kernel_device(&search.device);
	while (search.rc == 0 && (entry = readdir(directory))) {
		const char *name = entry->d_name;
		pid_t pid = (pid_t)next_number(&name, 10);

		if (name && !*name)
			look_into(&search, pid);
	}
	closedir(directory);
	return hand_over(&search, 0, out);
}
