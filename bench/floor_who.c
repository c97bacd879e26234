/* SPDX-License-Identifier: MIT */
/*
 * floor_who.c - the floor of the row about the processes that have attached a segment
 * usage: floor_who KEY
 *
 * Prints the processes with a mapping of the segment's file: by PROCMAP_QUERY, or from the
 * text of /proc/PID/maps where the kernel has no such request (before Linux 6.11). See
 * floor.h for what a floor is.
 */

#include <linux/ioctl.h>
#include <stdbool.h>
#include <sys/syscall.h>

#include "floor.h"

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

enum { SHARED = 8, OR_NEXT = 16, OF_FILE = 32 };

#define QUERY _IOWR('f', 17, struct query)

/* What getdents64(2) stores. */
struct entry {
	uint64_t inode;
	int64_t offset;
	unsigned short length;
	unsigned char type;
	char name[];
};

/* Returns 1 if a mapping is of this inode, 0 if none is, -1 if that cannot be asked. */
static int asked(int maps, uint64_t inode)
{
	struct query query = { .size = sizeof(query),
		               .flags = SHARED | OR_NEXT | OF_FILE };

	for (;; query.address = query.end) {
		if (syscall(SYS_ioctl, maps, QUERY, &query) < 0)
			return query.end ? 0 : -1;
		if (query.inode == inode)
			return 1;
	}
}

/* True if the text has the name of a segment, followed by its key. */
static bool is_in_text(int maps, const char *name)
{
	static char text[1 << 20];
	size_t length = 0;
	ssize_t got;

	while ((got = read(maps, text + length, sizeof(text) - 1 - length)) > 0)
		length += (size_t)got;
	text[length] = '\0';
	return strstr(text, name);
}

static void inspect(const char *process, uint64_t inode, const char *name)
{
	char path[64] = "/proc/";
	size_t length = strlen(process);
	int maps;
	int found;

	memcpy(path + 6, process, length);
	memcpy(path + 6 + length, "/maps", 6);
	maps = open(path, O_RDONLY | O_CLOEXEC);
	if (maps < 0)
		return;
	found = asked(maps, inode);
	/* a process of the kernel has no mapping at all, which is -1 too */
	if (found > 0 || (found < 0 && is_in_text(maps, name))) {
		memcpy(path, process, length);
		path[length] = '\n';
		if (write(1, path, length + 1) < 0)
			failed("write");
	}
	close(maps);
}

int main(int argc, char **argv)
{
	static char entries[65536];
	char name[] = "/SYSV00000000";
	key_t key = argc > 1 ? (key_t)strtol(argv[1], NULL, 10) : 0;
	int id = shmget(key, 0, 0);
	int proc = open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	long got;

	if (id < 0 || proc < 0)
		failed("no segment, or no /proc");
	number(name + sizeof(name) - 1, (uint32_t)key, 16);
	while ((got = syscall(SYS_getdents64, proc, entries, sizeof(entries))) > 0) {
		for (long at = 0; at < got;) {
			const struct entry *entry = (const void *)(entries + at);

			if (entry->name[0] >= '1' && entry->name[0] <= '9')
				inspect(entry->name, (uint64_t)id, name);
			at += entry->length;
		}
	}
	return 0;
}
