/* holders.c - the processes that have a segment attached, from /proc/PID/maps */

#include <dirent.h>

#include "core.h"

struct search {
	int id;
	pid_t pid;  /* whose maps these are */
	bool known; /* it shares our namespace: asked only when that matters */
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

/*
 * "7f5a1000-7f5a2000 rw-s 00000000 00:01 42    /SYSV00005432 (deleted)": the inode is the
 * id, but ids are of a namespace (proc(5), ipc/shm.c).
 */
static bool look_at_line(const char *line, void *data)
{
	struct search *search = data;
	struct shmbox_holder holder = { .pid = search->pid };
	const char *name = strchr(line, '/');

	if (!name || strncmp(name, "/SYSV", 5) != 0)
		return true;
	holder.start = next_number(&line, 16);
	if (!line || *line != '-')
		return true;
	line++;
	holder.end = next_number(&line, 16);
	if (!line)
		return true;
	holder.writable = line[2] == 'w';
	while (name[-1] == ' ')
		name--;
	while (name[-1] != ' ')
		name--;
	if (next_number(&name, 10) != (uint64_t)search->id)
		return true;
	if (!search->known && !shares_namespace(search->pid))
		return false;
	search->known = true;
	return add(search, holder);
}

int shmbox_holders(int id, struct shmbox_holder **out)
{
	struct search search = { .id = id };
	DIR *directory = proc_is_ours() ? opendir("/proc") : NULL;
	struct dirent *entry;
	char path[32];

	*out = NULL;
	if (!directory)
		return -ENOSYS;
	while (search.rc == 0 && (entry = readdir(directory))) {
		const char *name = entry->d_name;

		search.pid = (pid_t)next_number(&name, 10);
		search.known = false;
		if (!name || *name)
			continue;
		snprintf(path, sizeof(path), "/proc/%d/maps", (int)search.pid);
		each_line(path, look_at_line, &search);
	}
	closedir(directory);
	if (search.rc < 0) {
		free(search.found);
		return search.rc;
	}
	*out = search.found;
	return search.count;
}
