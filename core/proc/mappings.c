/* SPDX-License-Identifier: MIT */
/*
 * mappings.c - the shared file mappings of a process, from /proc/PID/maps
 *
 * Since Linux 6.11 the kernel reports only these mappings on request (PROCMAP_QUERY in
 * <linux/fs.h>). Older kernels write all mappings of the process as text.
 */

#include <fcntl.h>
#include <linux/ioctl.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>

#include "proc/mappings.h"
#include "proc/procfs.h"

enum { NAME_ROOM = 4096 }; /* bytes; PATH_MAX of the kernel */

/* struct procmap_query of <linux/fs.h>, which older headers lack. */
struct query {
	uint64_t size;
	uint64_t flags;
	uint64_t address;
	uint64_t start;
	uint64_t end;
	uint64_t vma_flags;
	uint64_t page;
	uint64_t offset;
	uint64_t inode;
	uint32_t device_major;
	uint32_t device_minor;
	uint32_t name_size;
	uint32_t build_id_size;
	uint64_t name;
	uint64_t build_id;
};

enum { WRITABLE = 2, SHARED = 8, OR_NEXT = 16, OF_FILE = 32 };

#define QUERY _IOWR('f', 17, struct query)

struct reader {
	bool (*each)(const struct mapping *mapping, void *data);
	void *data;
	uint64_t done; /* each() has had all mappings below this address */
	bool empty;    /* the file has had no line so far */
};

/* Returns 0 or a negated errno: -ENAMETOOLONG if a name does not fit NAME_ROOM. */
static int query_mappings(int maps, struct reader *reader)
{
	char name[NAME_ROOM];
	struct query query = { .size = sizeof(query) };
	struct mapping mapping;

	do {
		query.flags = SHARED | OR_NEXT | OF_FILE;
		query.address = query.end;
		query.name = (uintptr_t)name;
		query.name_size = sizeof(name);
		/* ioctl(3) of musl takes an int, which is too narrow for QUERY */
		if (syscall(SYS_ioctl, maps, QUERY, &query) < 0)
			return errno == ENOENT ? 0 : -errno;
		mapping = (struct mapping){
			.start = query.start,
			.end = query.end,
			.inode = query.inode,
			.device = makedev(query.device_major, query.device_minor),
			.writable = query.vma_flags & WRITABLE,
			.page = query.page,
			.name = query.name_size ? name : "",
		};
		reader->done = query.end;
	} while (reader->each(&mapping, reader->data));
	return 0;
}

/*
 * A line is "7f5a1000-7f5a2000 rw-s 00000000 00:01 42    /SYSV00005432 (deleted)"
 * (proc(5)).
 */
static bool parse_line(const char *line, void *data)
{
	struct reader *reader = data;
	const char *flags = strchr(line, ' ');
	struct mapping mapping = { 0 };
	unsigned device_major;
	unsigned device_minor;

	reader->empty = false;
	/* skip private mappings, and lines that the kernel does not write */
	if (!flags || strlen(flags) < 6 || flags[4] != 's')
		return true;
	mapping.start = next_number(&line, 16);
	if (!line || *line++ != '-')
		return true;
	mapping.end = next_number(&line, 16);
	if (!line || mapping.start < reader->done)
		return true;
	mapping.writable = flags[2] == 'w';
	line = flags + 5;
	next_number(&line, 16); /* offset in the file */
	device_major = line ? (unsigned)next_number(&line, 16) : 0;
	if (!line || *line++ != ':')
		return true;
	/* makedev() may be a macro that evaluates its arguments twice */
	device_minor = (unsigned)next_number(&line, 16);
	mapping.device = makedev(device_major, device_minor);
	mapping.inode = line ? next_number(&line, 10) : 0;
	if (!line)
		return true;
	mapping.name = line + strspn(line, " ");
	return reader->each(&mapping, reader->data);
}

int each_mapping(pid_t pid, bool (*each)(const struct mapping *mapping, void *data),
                 void *data)
{
	struct reader reader = { .each = each, .data = data, .empty = true };
	char path[32];
	int rc;
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/maps", (int)pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	rc = query_mappings(fd, &reader);
	/* older kernels lack the call, and a seccomp filter may refuse it */
	if (rc < 0 && rc != -ESRCH) {
		rc = each_line_of(fd, parse_line, &reader);
		rc = rc == 0 && reader.empty ? -ESRCH : rc;
	}
	close(fd);
	return rc;
}
