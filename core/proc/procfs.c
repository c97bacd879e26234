/* procfs.c - small files of /proc and /sys, and the table of segments among them */

#include <fcntl.h>
#include <limits.h>
#include <sys/auxv.h>
#include <sys/syscall.h>

#include "core.h"

/* LEAST_HUGE_PAGE: on arm64. */
enum {
	TABLE_BUFFER =
		8192, /* a line of maps is shorter; the kernel gives a page at a time */
	ENTRIES = 2048,
	COLUMNS = 16,
	USUAL_HUGE_PAGE = 2097152,
	LEAST_HUGE_PAGE = 65536
};

int read_file(const char *path, char *buffer, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t got;

	if (fd < 0)
		return -errno;
	got = read(fd, buffer, size - 1);
	if (got < 0)
		got = -errno;
	else
		buffer[got] = '\0';
	close(fd);
	return (int)got;
}

bool proc_is_ours(void)
{
	char text[16];
	ssize_t length = readlink("/proc/self", text, sizeof(text) - 1);
	const char *at = text;

	text[length < 0 ? 0 : length] = '\0';
	return next_number(&at, 10) == (uint64_t)getpid();
}

/* Of one that is none, more than any base has. */
static unsigned digit_of(char letter)
{
	if (letter >= '0' && letter <= '9')
		return (unsigned)(letter - '0');
	return letter >= 'a' && letter <= 'f' ? (unsigned)(letter - 'a' + 10) : UINT_MAX;
}

uint64_t next_number(const char **text, unsigned base)
{
	const char *at = *text;
	uint64_t number = 0;
	bool negative;
	const char *first;
	unsigned digit;

	while (*at == ' ' || *at == '\t')
		at++;
	negative = *at == '-';

	at += negative;
	for (first = at; (digit = digit_of(*at)) < base; at++)
		number = number * base + digit;
	*text = at > first ? at : NULL;
	return negative ? 0 - number : number;
}

int64_t read_number(const char *path)
{
	char line[32];
	const char *at = line;
	int64_t number;

	if (read_file(path, line, sizeof(line)) <= 0)
		return SHMBOX_UNKNOWN;
	number = (int64_t)next_number(&at, 10);
	return at ? number : SHMBOX_UNKNOWN;
}

uint64_t page_size(void)
{
	return getauxval(AT_PAGESZ);
}

/* Columns in the order of the kernel's ipc/shm.c, sysvipc_shm_proc_show(). */
static bool parse_row(const char *line, struct shmbox_info *info)
{
	enum {
		KEY,
		ID,
		PERMS,
		SIZE,
		CPID,
		LPID,
		NATTCH,
		UID,
		GID,
		CUID,
		CGID,
		ATIME,
		DTIME,
		CTIME,
		RSS,
		SWAP
	};
	int64_t value[COLUMNS] = { 0 };

	for (int i = 0; i < COLUMNS; i++) {
		value[i] = (int64_t)next_number(&line, i == PERMS ? 8 : 10);
		if (!line)
			return false;
	}
	*info = (struct shmbox_info){
		.id = (int)value[ID],
		.key = (key_t)value[KEY],
		.size = (uint64_t)value[SIZE],
		.mode = (mode_t)value[PERMS] & 0777,
		.removed = value[PERMS] & SHM_DEST,
		.locked = value[PERMS] & SHM_LOCKED,
		.attached = (uint64_t)value[NATTCH],
		.creator_pid = (pid_t)value[CPID],
		.last_pid = (pid_t)value[LPID],
		.owner_uid = (uid_t)value[UID],
		.owner_gid = (gid_t)value[GID],
		.creator_uid = (uid_t)value[CUID],
		.creator_gid = (gid_t)value[CGID],
		.attach_time = value[ATIME],
		.detach_time = value[DTIME],
		.change_time = value[CTIME],
		.resident = SHMBOX_UNKNOWN,
		.swapped = value[SWAP],
		.counted = true,
		.count = value[RSS],
		.huge_page = SHMBOX_UNKNOWN,
	};
	return true;
}

/* Hands on the whole lines of text; returns how many bytes they were, or -1 to stop. */
static ssize_t hand_on(char *text, bool (*each)(const char *line, void *data), void *data)
{
	char *line = text;
	char *end;

	for (; (end = strchr(line, '\n')); line = end + 1) {
		*end = '\0';
		if (!each(line, data))
			return -1;
	}
	return line - text;
}

int each_line_of(int fd, bool (*each)(const char *line, void *data), void *data)
{
	char text[TABLE_BUFFER];
	size_t kept = 0;
	ssize_t got;

	while ((got = read(fd, text + kept, sizeof(text) - 1 - kept)) > 0) {
		ssize_t used;

		kept += (size_t)got;
		text[kept] = '\0';
		used = hand_on(text, each, data);
		if (used < 0)
			return 0;
		kept -= (size_t)used;
		memmove(text, text + used, kept);
	}
	return got < 0 ? -errno : 0;
}

int each_line(const char *path, bool (*each)(const char *line, void *data), void *data)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	int rc;

	if (fd < 0)
		return -errno;
	rc = each_line_of(fd, each, data);
	close(fd);
	return rc;
}

/* struct linux_dirent64, see getdents(2). */
struct entry {
	uint64_t inode;
	int64_t next;
	uint16_t length;
	unsigned char type;
	char name[];
};

/* By the system call alone: opendir(3) takes memory, and may get none. */
int each_name(const char *path, bool (*each)(const char *name, void *data), void *data)
{
	_Alignas(struct entry) char buffer[ENTRIES];
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	const struct entry *entry;
	bool more = true;
	long got;
	int rc;

	if (fd < 0)
		return -errno;
	while (more && (got = syscall(SYS_getdents64, fd, buffer, sizeof(buffer))) > 0) {
		for (long at = 0; more && at < got; at += entry->length) {
			entry = (const struct entry *)(const void *)(buffer + at);
			more = each(entry->name, data);
		}
	}
	rc = more && got < 0 ? -errno : 0;
	close(fd);
	return rc;
}

struct numbers {
	bool (*each)(pid_t number, void *data);
	void *data;
};

static bool hand_on_number(const char *name, void *data)
{
	const struct numbers *numbers = data;
	pid_t number = (pid_t)next_number(&name, 10);

	return !name || *name || numbers->each(number, numbers->data);
}

int each_number(const char *path, bool (*each)(pid_t number, void *data), void *data)
{
	struct numbers numbers = { each, data };

	return each_name(path, hand_on_number, &numbers);
}

int each_thread(pid_t pid, bool (*each)(pid_t thread, void *data), void *data)
{
	char path[32];

	snprintf(path, sizeof(path), "/proc/%d/task", (int)pid);
	return each_number(path, each, data);
}

struct rows {
	bool (*each)(const struct shmbox_info *row, void *data);
	void *data;
};

static bool hand_on_row(const char *line, void *data)
{
	const struct rows *rows = data;
	struct shmbox_info row;

	/* the headings are no row */
	return !parse_row(line, &row) || rows->each(&row, rows->data);
}

int each_row(bool (*each)(const struct shmbox_info *row, void *data), void *data)
{
	struct rows rows = { each, data };

	return each_line("/proc/sysvipc/shm", hand_on_row, &rows);
}

struct merge {
	struct shmbox_info *infos;
	size_t count;
	size_t next;
	bool asked; /* the next two are known */
	bool only;  /* there is one size of huge pages, or it is not told */
	int64_t huge;
};

/* The size of the smallest huge pages that there are; 0: there are none. */
static int64_t usual_huge_page(struct merge *merge)
{
	struct shmbox_limits limits = { .pool_count = SHMBOX_UNKNOWN };

	if (merge->asked)
		return merge->huge;
	merge->asked = true;
	merge->only = true;
	shmbox_get_limits(&limits);
	if (limits.pool_count < 0)
		merge->huge = USUAL_HUGE_PAGE;
	for (int i = limits.pool_count - 1; i >= 0; i--) {
		if (!limits.pools[i].total)
			continue;
		merge->only = !merge->huge;
		merge->huge = (int64_t)limits.pools[i].page_size;
	}
	return merge->huge;
}

/*
 * Of a segment that has huge pages of this size, or may have: it must, if its resident size is
 * larger than that of ordinary ones may be.
 */
static void believe_huge(const struct merge *merge, struct shmbox_info *info,
                         int64_t huge, bool must)
{
	int64_t factor = huge / (int64_t)page_size();
	uint64_t room = (info->size + (uint64_t)huge - 1) & ~((uint64_t)huge - 1);
	bool known = info->huge_page > 0 || merge->only;

	if (must && known)
		info->huge_page = huge;
	if (must && known && (uint64_t)info->resident > room)
		info->resident /= factor;
	else if ((must && !known) || info->resident % (factor * huge) == 0)
		info->resident = SHMBOX_UNKNOWN;
}

/*
 * Newer kernels (6.18, and 6.1 not yet) count each base page of a huge segment as a whole
 * huge page (ipc/shm.c, shm_add_rss_swap): its resident size is then a multiple of
 * huge * huge / page, and mostly larger than the segment. Of one that is neither there is
 * no telling but by the older count, in whole huge pages.
 */
static void believe(struct merge *merge, struct shmbox_info *info)
{
	int64_t resident = info->count;
	bool too_large = (uint64_t)resident > info->size + page_size() - 1;
	bool ordinary = info->huge_page == 0;
	int64_t huge = info->huge_page;

	info->resident = resident;
	if (resident <= 0 || ordinary)
		return;
	if (huge < 0 && !too_large) {
		ordinary = resident % LEAST_HUGE_PAGE != 0;
		huge = ordinary ? 0 : usual_huge_page(merge);
		ordinary |= !huge || resident % huge != 0;
	} else if (huge < 0) {
		huge = usual_huge_page(merge);
		huge = huge ? huge : USUAL_HUGE_PAGE;
	}
	if (ordinary)
		info->huge_page = 0;
	else
		believe_huge(merge, info, huge, too_large);
}

/* Both lists are in the kernel's order, so the row wanted next is nearly always the next. */
static bool merge_row(const struct shmbox_info *row, void *data)
{
	struct merge *merge = data;

	for (size_t tried = 0; tried < merge->count; tried++) {
		struct shmbox_info *info = &merge->infos[merge->next];

		merge->next = merge->next + 1 < merge->count ? merge->next + 1 : 0;
		if (info->id != row->id)
			continue;
		info->counted = true;
		info->count = row->count;
		info->swapped = row->swapped;
		break;
	}
	return true;
}

/* A segment may have been named twice, but the table has it once. */
static void copy_to_twins(struct shmbox_info *infos, size_t count)
{
	for (size_t i = 1; i < count; i++) {
		for (size_t j = 0; !infos[i].counted && j < i; j++) {
			if (infos[j].id != infos[i].id)
				continue;
			infos[i].counted = infos[j].counted;
			infos[i].count = infos[j].count;
			infos[i].swapped = infos[j].swapped;
		}
	}
}

static bool all_counted(const struct shmbox_info *infos, size_t count)
{
	while (count > 0 && infos[count - 1].counted)
		count--;
	return count == 0;
}

int shmbox_memory(struct shmbox_info *infos, size_t count)
{
	struct merge merge = {
		.infos = infos,
		.count = count,
	};
	int rc = all_counted(infos, count) ? 0 : each_row(merge_row, &merge);

	if (rc < 0)
		return rc;
	copy_to_twins(infos, count);
	for (size_t i = 0; i < count; i++) {
		if (infos[i].counted)
			believe(&merge, &infos[i]);
		/* who asks again wants to know how it is then */
		infos[i].counted = false;
	}
	return 0;
}
