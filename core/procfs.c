/* procfs.c - small files of /proc and /sys, and the table of segments among them */

#include <fcntl.h>
#include <limits.h>
#include <sys/auxv.h>

#include "core.h"

/* LEAST_STEP: the square of the smallest huge page known, 64 KiB on arm64, by a page. */
enum {
	TABLE_BUFFER = 32768,
	COLUMNS = 16,
	USUAL_HUGE_PAGE = 2097152,
	LEAST_STEP = 1 << 20
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
	const char *at = *text + strspn(*text, " \t");
	bool negative = *at == '-';
	uint64_t number = 0;
	const char *first;
	unsigned digit;

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
		.resident = value[RSS],
		.swapped = value[SWAP],
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

int each_line(const char *path, bool (*each)(const char *line, void *data), void *data)
{
	char text[TABLE_BUFFER];
	size_t kept = 0;
	ssize_t got;
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return -errno;
	while ((got = read(fd, text + kept, sizeof(text) - 1 - kept)) > 0) {
		ssize_t used;

		kept += (size_t)got;
		text[kept] = '\0';
		used = hand_on(text, each, data);
		if (used < 0)
			break;
		kept -= (size_t)used;
		memmove(text, text + used, kept);
	}
	if (got < 0)
		got = -errno;
	close(fd);
	return got < 0 ? (int)got : 0;
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
	int64_t huge; /* huge_page_size(), once it was needed; or SHMBOX_UNKNOWN */
};

/* Of the smallest huge pages there are: the usual size if that is not told, 0 if none. */
static int64_t huge_page_size(void)
{
	struct shmbox_limits limits;

	if (shmbox_get_limits(&limits) < 0 || limits.pool_count < 0)
		return USUAL_HUGE_PAGE;
	for (int i = 0; i < limits.pool_count; i++) {
		if (limits.pools[i].total)
			return (int64_t)limits.pools[i].page_size;
	}
	return 0;
}

/*
 * The kernel counts each base page of a huge segment as a whole huge page (ipc/shm.c,
 * shm_add_rss_swap), so a resident size that cannot be, or need not be, is not told.
 */
static int64_t believable(struct merge *merge, const struct shmbox_info *row)
{
	uint64_t resident = (uint64_t)row->resident;
	uint64_t page = page_size();
	uint64_t huge;

	if (row->resident <= 0)
		return row->resident;
	if (resident > (row->size + page - 1) / page * page)
		return SHMBOX_UNKNOWN;
	if (resident % LEAST_STEP)
		return row->resident;
	if (merge->huge < 0)
		merge->huge = huge_page_size();
	huge = (uint64_t)merge->huge;
	return huge && resident % (huge / page * huge) == 0 ? SHMBOX_UNKNOWN
	                                                    : row->resident;
}

/* Both lists are in the kernel's order, so the row wanted next is nearly always the next. */
static bool merge_row(const struct shmbox_info *row, void *data)
{
	struct merge *merge = data;

	for (size_t tried = 0; tried < merge->count; tried++) {
		struct shmbox_info *info =
			&merge->infos[(merge->next + tried) % merge->count];

		if (info->id != row->id)
			continue;
		info->resident = believable(merge, row);
		info->swapped = row->swapped;
		merge->next = (merge->next + tried + 1) % merge->count;
		break;
	}
	return true;
}

/* A segment may have been named twice, but the table has it once. */
static void copy_to_twins(struct shmbox_info *infos, size_t count)
{
	for (size_t i = 1; i < count; i++) {
		for (size_t j = 0; infos[i].resident < 0 && j < i; j++) {
			if (infos[j].id != infos[i].id)
				continue;
			infos[i].resident = infos[j].resident;
			infos[i].swapped = infos[j].swapped;
		}
	}
}

int shmbox_memory(struct shmbox_info *infos, size_t count)
{
	struct merge merge = {
		.infos = infos,
		.count = count,
		.huge = SHMBOX_UNKNOWN,
	};

	int rc = count ? each_row(merge_row, &merge) : 0;

	if (rc == 0)
		copy_to_twins(infos, count);
	return rc;
}
