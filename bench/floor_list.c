/* SPDX-License-Identifier: MIT */
/*
 * floor_list.c - the floors of the rows that list many segments
 * usage: floor_list table | json | six | sixjson
 *
 * six and sixjson print what ipcs(1) prints, with a SHM_STAT_ANY for each segment, byte by
 * byte as shmls does; table and json print all that shmls prints without options, from
 * /proc/sysvipc/shm, which also has the resident sizes. What is the same for all segments
 * of ./dev bench is constant text here. See floor.h for what a floor is.
 */

#include <stdbool.h>
#include <time.h>

#include "floor.h"

enum { MOST = 32768, FIELDS = 16, OUTPUT = 65536, LONGEST = 2048, PAGE = 4096 };

/* In the order of /proc/sysvipc/shm, which is that of the letters in a template. */
enum { KEY, ID, MODE, SIZE, ATTACHED = 6, OWNER, CHANGED = 13, RESIDENT };

static uint64_t rows[MOST][FIELDS];
static size_t count;
static char output[OUTPUT];
static size_t used;
static char owner[32] = "-"; /* the name of user 0 */
static time_t now;
static size_t id_width = 2;

/*
 * Templates: @ and a lower-case letter is a field in base 10, with a digit between them at
 * least this wide; * is as wide as the ids. Capitals: K is the key in base 16, D a dash in
 * its place, O the owner, P the permissions, R and S the resident size and size, A the age.
 */
static const char table[] = "@*b  @D    @O   @P  @3S  @2R  @8g  -       @2As  -\n";
static const char six[] = "@*b  @D    @O   @P  @3S  @8g\n";
static const char sixjson[] = "{\"id\":@b,\"key\":\"0x@K\",\"owner\":\"@O\",\"perms\":\"@"
			      "P\",\"size\":@d,\"nattch\":@g}";
static const char json[] =
	"{\"id\":@b,\"key\":\"0x@K\",\"owner\":\"@O\",\"perms\":\"@P\",\"size\":@d,"
	"\"nattch\":@g,\"status\":[],\"ctime\":@n,\"cpid\":@e,\"lpid\":@f,\"uid\":@h,"
	"\"gid\":@i,\"cuid\":@j,\"cgid\":@k,\"atime\":@l,\"dtime\":@m,\"command\":\"\","
	"\"rss\":@o,\"swap\":@p,\"age\":@A,\"idle\":@A,\"locked\":false,\"holders\":[],"
	"\"orphan\":false,\"creator\":\"ended\",\"last\":\"ended\",\"reason\":\"used @As "
	"ago\","
	"\"hugepage\":0,\"untouched\":0,\"origkey\":\"0x@K\",\"user\":\"\",\"percent\":"
	"100,"
	"\"cuser\":\"@O\",\"group\":\"@O\",\"ns\":4026532180,\"nspid\":1,"
	"\"cgroup\":\"00000000000000000000000000000000\",\"mode\":\"600\",\"args\":\"\"}";

/* ---- where the facts are from ---- */

static void read_table(void)
{
	static char text[MOST * 256];
	size_t length = 0;
	ssize_t got;
	int file = open("/proc/sysvipc/shm", O_RDONLY | O_CLOEXEC);
	char *at;

	while ((got = read(file, text + length, sizeof(text) - 1 - length)) > 0)
		length += (size_t)got;
	close(file);
	at = strchr(text, '\n');
	while (at && at + 1 < text + length && count < MOST) {
		at++;
		for (int i = 0; i < FIELDS; i++) {
			uint64_t value = 0;

			while (*at == ' ')
				at++;
			while (*at >= '0')
				value = value * (i == MODE ? 8 : 10) +
				        (uint64_t)(*at++ - '0');
			rows[count][i] = value;
		}
		count++;
		at = strchr(at, '\n');
	}
}

static void ask_kernel(void)
{
	struct shmid_ds ds;
	int last = shmctl(0, SHM_INFO, &ds);

	for (int i = 0; i <= last && count < MOST; i++) {
		int id = shmctl(i, SHM_STAT_ANY, &ds);

		if (id < 0)
			continue;
		rows[count][KEY] = (uint32_t)ds.shm_perm.__key;
		rows[count][ID] = (uint64_t)id;
		rows[count][MODE] = ds.shm_perm.mode;
		rows[count][SIZE] = ds.shm_segsz;
		rows[count][ATTACHED] = ds.shm_nattch;
		rows[count++][OWNER] = ds.shm_perm.uid;
	}
}

/* The first line of /etc/passwd is that of user 0. */
static void read_owner(void)
{
	char text[PAGE];
	int file = open("/etc/passwd", O_RDONLY | O_CLOEXEC);
	ssize_t got = read(file, text, sizeof(text) - 1);
	size_t length;

	close(file);
	text[got > 0 ? got : 0] = '\0';
	length = strcspn(text, ":");
	if (length < sizeof(owner)) {
		memcpy(owner, text, length);
		owner[length] = '\0';
	}
}

/* ---- how they are printed ---- */

static void flush(void)
{
	if (write(1, output, used) != (ssize_t)used)
		failed("write");
	used = 0;
}

static void put(const char *text, size_t length)
{
	memcpy(output + used, text, length);
	used += length;
}

static void put_number(uint64_t value, unsigned base, size_t width, char filler)
{
	char text[24];
	char *begin = number(text + sizeof(text), value, base);
	size_t length = (size_t)(text + sizeof(text) - begin);

	for (; length < width; width--)
		output[used++] = filler;
	put(begin, length);
}

static void put_mode(uint64_t mode)
{
	for (int bit = 8; bit >= 0; bit--)
		output[used++] = mode & (1U << bit) ? "xwr"[bit % 3] : '-';
}

static void put_capital(char letter, const uint64_t *row, size_t width)
{
	switch (letter) {
	case 'A':
		put_number((uint64_t)now - row[CHANGED], 10, width, ' ');
		break;
	case 'D':
		output[used++] = '-';
		break;
	case 'K':
		put_number(row[KEY], 16, 8, '0');
		break;
	case 'O':
		put(owner, strlen(owner));
		break;
	case 'P':
		put_mode(row[MODE]);
		break;
	default: /* R, S */
		put_number(row[letter == 'R' ? RESIDENT : SIZE] / 1024, 10, width, ' ');
		output[used++] = 'K';
	}
}

static void put_row(const char *template, const uint64_t *row)
{
	size_t width = 0;

	if (used > OUTPUT - LONGEST)
		flush();
	for (; *template; template ++) {
		if (*template != '@') {
			output[used++] = *template;
			continue;
		}
		template ++;
		width = 0;
		if (*template == '*' && template ++)
			width = id_width;
		else if (*template <= '9')
			width = (size_t)(*template ++-'0');
		if (*template >= 'a')
			put_number(row[*template - 'a'], 10, width, ' ');
		else
			put_capital(*template, row, width);
	}
}

static void put_table(const char *template, const char *heading)
{
	for (uint64_t id = rows[count ? count - 1 : 0][ID]; id >= 100; id /= 10)
		id_width++;
	for (size_t i = 2; i < id_width; i++)
		output[used++] = ' ';
	put(heading, strlen(heading));
	for (size_t i = 0; i < count; i++)
		put_row(template, rows[i]);
}

static void put_json(const char *template)
{
	static const char begin[] = "{\"version\":1,\"sharedmemory\":[";

	put(begin, sizeof(begin) - 1);
	for (size_t i = 0; i < count; i++) {
		if (i > 0)
			output[used++] = ',';
		put_row(template, rows[i]);
	}
	put("]}\n", 3);
}

int main(int argc, char **argv)
{
	const char *mode = argc > 1 ? argv[1] : "";
	bool is_six = strncmp(mode, "six", 3) == 0;

	read_owner();
	now = time(NULL);
	if (is_six)
		ask_kernel();
	else
		read_table();
	if (strcmp(mode, "table") == 0)
		put_table(table,
		          "ID  KEY  OWNER  PERMS      SIZE  RSS  ATTACHED  STATUS  AGE  "
		          "COMMAND\n");
	else if (strcmp(mode, "six") == 0)
		put_table(six, "ID  KEY  OWNER  PERMS      SIZE  ATTACHED\n");
	else
		put_json(is_six ? sixjson : json);
	flush();
	return 0;
}
