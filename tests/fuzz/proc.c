/* SPDX-License-Identifier: MIT */
/*
 * proc.c - fuzz targets for what /proc tells of processes
 *
 * A process chooses its own name and those of the files that it maps: some targets put such a
 * name where the kernel would.
 */

#include <sys/sysmacros.h>

#include "proc.h"

#include "list/column.h"

enum { LONG_LINE = 40000, LONG = 0x80, LONG_PIECE = 1000, DIGITS = 12 };

char file[FILE_ROOM];

size_t file_of(const char *input, size_t length, size_t *piece)
{
	size_t used = 0;

	*piece = SIZE_MAX;
	if (length == 0)
		return 0;
	if (*input & 0x7f)
		*piece = (size_t)(*input & 0x7f) * (size_t)(*input & 0x7f);
	if (*input & LONG) {
		/* in single bytes it would take too long */
		*piece = *piece < LONG_PIECE ? LONG_PIECE : *piece;
		memset(file, 'x', LONG_LINE);
		used = LONG_LINE;
		file[used++] = '\n';
	}
	input++;
	length--;
	if (length > FILE_ROOM - used)
		length = FILE_ROOM - used;
	memcpy(file + used, input, length);
	return used + length;
}

/* The kernel counts kilobytes: it writes neither more digits than these nor a sign. */
static void tame_numbers(char *text, size_t length)
{
	size_t digits = 0;

	for (size_t i = 0; i < length; i++) {
		digits = text[i] >= '0' && text[i] <= '9' ? digits + 1 : 0;
		if (digits > DIGITS ||
		    (text[i] == '-' && i > 0 && strchr(" \t:", text[i - 1])))
			text[i] = ' ';
	}
}

void pretend_input(const char *suffix, const char *input, size_t length)
{
	size_t piece;
	size_t used = file_of(input, length, &piece);

	tame_numbers(file, used);
	pretend(suffix, file, used, piece);
}

/*
 * A name as the kernel writes it into a line of its own: newlines are escaped (seq_path() of
 * fs/seq_file.c, proc_task_name() of fs/proc/array.c). There is no NUL in it.
 */
static void write_name(char *out, size_t room, const char *input, size_t length)
{
	char *end = out;

	for (size_t i = 0; i < length && input[i] && end - out + 5 < (ptrdiff_t)room;
	     i++) {
		if (input[i] == '\n')
			end = stpcpy(end, "\\012");
		else
			*end++ = input[i];
	}
	*end = '\0';
}

/* ---- mappings ---- */

enum { PATH_END = 32 };

/* The end of the path of this file about our own process. */
static const char *ours(char path[PATH_END], const char *name)
{
	snprintf(path, PATH_END, "/%d/%s", (int)getpid(), name);
	return path;
}

/* A segment that we have attached, and that goes when we end. */
static const struct shmbox_map *our_segment(void)
{
	static struct shmbox_map map;
	const struct shmbox_spec spec = { .size = 4096, .mode = 0600 };

	if (!map.address) {
		int id = shmbox_create(&spec);

		CHECK(id >= 0 && shmbox_attach(id, 0, &map) == 0);
		CHECK(shmbox_remove(id) >= 0);
	}
	return &map;
}

static void run_maps(const char *input, size_t length)
{
	struct shmbox_holder *holders;
	char path[PATH_END];
	int count;

	pretend_input(ours(path, "maps"), input, length);
	count = shmbox_held_by(getpid(), &holders);
	for (int i = 0; i < count; i++)
		CHECK(holders[i].id >= 0 && holders[i].pid == getpid());
	free(holders);
	pretend_nothing();
}

/* The attach that we really have, after a file of any name on another file system. */
static void run_mapped(const char *input, size_t length)
{
	const struct shmbox_map *map = our_segment();
	unsigned long start = (unsigned long)(uintptr_t)map->address;
	struct shmbox_holder *holders;
	dev_t device;
	char name[512];
	char maps[PATH_END];
	char smaps[PATH_END];
	int used;
	int count;

	CHECK(shm_device(&device));
	write_name(name, sizeof(name), input, length);
	used = snprintf(file, sizeof(file),
	                "%lx-%lx rw-s 00000000 %02x:%02x %d %s\n"
	                "%lx-%lx rw-s 00000000 %02x:%02x %d /SYSV00000000 (deleted)\n",
	                0x10000UL, 0x11000UL, major(device), minor(device) + 1, map->id,
	                name, start, start + 0x1000, major(device), minor(device),
	                map->id);
	pretend(ours(maps, "maps"), file, (size_t)used, SIZE_MAX);
	pretend(ours(smaps, "smaps"), "", 0, SIZE_MAX);
	count = shmbox_held_by(getpid(), &holders);
	CHECK(count == 1);
	CHECK(holders->id == map->id && holders->start == start && holders->writable);
	free(holders);
	pretend_nothing();
}

static void run_smaps(const char *input, size_t length)
{
	const struct shmbox_holder holders[] = {
		{ .pid = getpid(), .start = 0x1000 },
		{ .pid = getpid(), .start = 0x3000 },
		{ .pid = getpid(), .start = 0x7f0000000000 },
	};

	pretend_input("/smaps", input, length);
	for (int count = 1; count <= 3; count++)
		CHECK(shmbox_holder_memory(holders, count) >= SHMBOX_UNKNOWN);
}

/* ---- processes ---- */

static void run_stat(const char *input, size_t length)
{
	int threads = 0;

	pretend_input("/stat", input, length);
	state_of(getpid(), &threads);
}

/* A process of any name does not look like another's state. */
static void run_named(const char *input, size_t length)
{
	char name[64];
	uid_t user = 0;
	int threads = 0;
	int used;

	write_name(name, sizeof(name), input, length < 15 ? length : 15);
	used = snprintf(file, sizeof(file),
	                "%d (%s) R 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 19 20 21\n",
	                (int)getpid(), name);
	pretend("/stat", file, (size_t)used, SIZE_MAX);
	CHECK(state_of(getpid(), &threads) == 'R' && threads == 19);
	pretend_nothing();
	used = snprintf(file, sizeof(file), "Name:\t%s\nUmask:\t0022\nUid:\t1\t2\t3\t4\n",
	                name);
	pretend("/status", file, (size_t)used, SIZE_MAX);
	CHECK(shmbox_process_user(getpid(), &user) == 0 && user == 2);
}

/* A column of a segment that this process has made, as a word of a table. */
static void check_cell(const char *name)
{
	const struct shmbox_info info = { .creator_pid = getpid() };
	struct listing listing = { .now = 1 };
	struct cell cell;
	char text[CELL_ROOM];

	column_cell(column_named(name), &info, &listing, &cell);
	CHECK(memchr(cell.text, '\0', sizeof(cell.text)));
	write_cell(text, &cell, false, false);
	CHECK(*text && strlen(text) < sizeof(text));
	for (const char *at = text; *at; at++)
		CHECK((unsigned char)*at > ' ' && *at != 0x7f);
	listing_end(&listing);
}

static void run_comm(const char *input, size_t length)
{
	char args[16];
	char name[16];
	int used;

	pretend("/comm", input, length, SIZE_MAX);
	pretend("/cmdline", input, length, SIZE_MAX);
	memset(name, 'x', sizeof(name));
	if (shmbox_process_name(getpid(), name) == 0)
		CHECK(memchr(name, '\0', sizeof(name)));
	used = shmbox_process_args(getpid(), args, sizeof(args));
	CHECK(used < (int)sizeof(args) && (used < 0 || (int)strlen(args) == used));
	check_cell("command");
	check_cell("args");
}

static void run_cgroup(const char *input, size_t length)
{
	static const size_t rooms[] = { TEXT_MAX, 16, 1 };

	pretend_input("/cgroup", input, length);
	for (int i = 0; i < 3; i++) {
		char *name = malloc(rooms[i]);
		int rc;

		CHECK(name);
		rc = shmbox_process_cgroup(getpid(), name, rooms[i]);
		if (rc == 0)
			CHECK(memchr(name, '\0', rooms[i]) && !strchr(name, '\n'));
		free(name);
	}
}

/* ---- the table ---- */

const struct target proc_targets[] = {
	{ "maps", run_maps },     { "mapped", run_mapped }, { "smaps", run_smaps },
	{ "stat", run_stat },     { "named", run_named },   { "comm", run_comm },
	{ "cgroup", run_cgroup }, { NULL, NULL },
};
