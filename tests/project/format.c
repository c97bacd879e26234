/* format.c - compares the printf(3) of cmake/format.c with that of the libc
 *
 * usage: format; prints the first difference, or how many calls were compared
 *
 * cmake/format.c is compiled with both its functions renamed to our_*.
 */

#include <errno.h>
#include <limits.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ROOM = 256 };

int our_vsnprintf(char *buffer, size_t size, const char *format, va_list list);
int our_vfprintf(FILE *file, const char *format, va_list list);

static unsigned long calls;

static void differ(const char *format, const char *what, const char *theirs,
                   const char *ours)
{
	printf("\"%s\": %s: \"%.60s\", not \"%.60s\"\n", format, what, ours, theirs);
	exit(1);
}

static void same_number(const char *format, const char *what, int theirs, int ours)
{
	char words[2][32];

	if (theirs == ours)
		return;
	snprintf(words[0], sizeof(words[0]), "%d", theirs);
	snprintf(words[1], sizeof(words[1]), "%d", ours);
	differ(format, what, words[0], words[1]);
}

/* Into a buffer that is large, one that is too small, one for the NUL, and none. */
static void check(const char *format, ...)
{
	static const size_t sizes[] = { ROOM, 5, 1, 0 };
	char theirs[ROOM], ours[ROOM];
	va_list list, again;
	int length;

	va_start(list, format);
	for (size_t i = 0; i < sizeof(sizes) / sizeof(*sizes); i++) {
		memset(theirs, '~', sizeof(theirs));
		memset(ours, '~', sizeof(ours));
		va_copy(again, list);
		length = vsnprintf(theirs, sizes[i], format, again);
		va_end(again);
		va_copy(again, list);
		same_number(format, "length", length,
		            our_vsnprintf(ours, sizes[i], format, again));
		va_end(again);
		if (length >= 0 && memcmp(theirs, ours, ROOM) != 0)
			differ(format, "buffer", theirs, ours);
	}
	va_end(list);
	calls++;
}

/* Every integer there might be trouble with, as wide as the format says. */
static void check_integers(const char *format, size_t size)
{
	static const uintmax_t values[] = {
		0,
		1,
		7,
		8,
		10,
		255,
		4711,
		INT_MAX,
		UINT_MAX,
		LLONG_MAX,
		ULLONG_MAX,
		1ULL << 32,
		1ULL << 63,
		0x80,
		123456789,
		0x89abcdefULL,
		12345678901234567890ULL,
	};

	for (size_t i = 0; i < sizeof(values) / sizeof(*values); i++) {
		if (size > sizeof(int))
			check(format, values[i]);
		else
			check(format, (unsigned)values[i]);
	}
}

static void check_lengths(const char *flags, const char *room, char conversion)
{
	static const struct {
		const char *letters;
		size_t size;
	} lengths[] = {
		{ "", sizeof(int) },         { "hh", sizeof(char) },
		{ "h", sizeof(short) },      { "l", sizeof(long) },
		{ "ll", sizeof(long long) }, { "z", sizeof(size_t) },
		{ "t", sizeof(ptrdiff_t) },  { "j", sizeof(intmax_t) },
	};
	char format[32];

	for (size_t i = 0; i < sizeof(lengths) / sizeof(*lengths); i++) {
		snprintf(format, sizeof(format), "%%%s%s%s%c", flags, room,
		         lengths[i].letters, conversion);
		check_integers(format, lengths[i].size);
	}
}

/* # has no meaning for decimal numbers, and no flag but - for text: the libcs differ. */
static void check_conversions(const char *flags, const char *room)
{
	const char *conversions = strchr(flags, '#') ? "xo" : "diuxo";
	char format[32];

	for (; *conversions; conversions++)
		check_lengths(flags, room, *conversions);
	if (strspn(flags, "-") < strlen(flags))
		return;
	snprintf(format, sizeof(format), "<%%%s%ss>", flags, room);
	check(format, "");
	check(format, "a");
	check(format, "twenty bytes of text");
	if (strchr(room, '.'))
		return;
	snprintf(format, sizeof(format), "<%%%s%sc>", flags, room);
	check(format, 'x');
	check(format, 0x1e9);
}

static void check_everything(void)
{
	static const char letters[] = "-+ #0";
	static const char *const rooms[] = {
		"", "1", "4", "40", ".", ".0", ".1", ".30", "2.5", "30.3", "30.20", "12.",
	};

	for (unsigned set = 0; set < 1U << strlen(letters); set++) {
		char flags[sizeof(letters)] = "";

		for (size_t i = 0; i < strlen(letters); i++)
			if (set >> i & 1)
				strncat(flags, letters + i, 1);
		for (size_t i = 0; i < sizeof(rooms) / sizeof(*rooms); i++)
			check_conversions(flags, rooms[i]);
	}
}

static void check_whole_lines(void)
{
	const char unended[] = { 'n', 'o', ' ', 'N', 'U', 'L' };

	check("");
	check("no conversion at all");
	check("100%%, 100%% and %d%%", 5);
	check("%s%c%s", "one", ',', "two");
	check("%.*s", (int)sizeof(unended), unended);
	check("%.*s|%.*s", 2, "text", -1, "text");
	check("%*d|%-*d|%*d|%0*d", 6, 1, 6, 2, -6, 3, 6, 4);
	check("%*.*d|%*.*s", 8, 3, -5, -8, 2, "text");
	check("%04llu-%02u-%02uT%02u:%02u:%02uZ", 2026ULL, 11U, 23U, 8U, 5U, 9U);
	check("0x%08x %03o %zu %jd", 0xbeefU, 0644U, (size_t)-1, INTMAX_MIN);
}

static int print(FILE *file, const char *format, ...)
{
	va_list list;
	int length;

	va_start(list, format);
	length = our_vfprintf(file, format, list);
	va_end(list);
	return length;
}

static int print_text(char *buffer, const char *format, ...)
{
	va_list list;
	int length;

	va_start(list, format);
	length = our_vsnprintf(buffer, ROOM, format, list);
	va_end(list);
	return length;
}

static void check_errors(void)
{
	static const char *const unknown[] = { "%f", "%g", "%n", "%p", "%X",
		                               "%",  "%5", "%l", "%y" };
	/* for an int to tell the length */
	static const char *const too_long[] = {
		"two%2147483647d",
		"two%.2147483647d",
		"%99999999999d",
	};
	char buffer[ROOM];

	for (size_t i = 0; i < sizeof(unknown) / sizeof(*unknown); i++) {
		errno = 0;
		same_number(unknown[i], "length", -1, print_text(buffer, unknown[i], 0));
		same_number(unknown[i], "errno", EINVAL, errno);
	}
	for (size_t i = 0; i < sizeof(too_long) / sizeof(*too_long); i++) {
		errno = 0;
		same_number(too_long[i], "length", -1,
		            print_text(buffer, too_long[i], 1));
		same_number(too_long[i], "errno", EOVERFLOW, errno);
	}
}

static void check_files(void)
{
	static const char want[] = "[       4711] [text    ] [000beef]\n";
	static const char format[] = "[%11d] [%-8s] [%07x]\n";
	char got[ROOM] = "";
	FILE *file = tmpfile();
	FILE *full = fopen("/dev/full", "w");

	if (!file || !full)
		differ("files", "open", "", strerror(errno));
	same_number(format, "length", sizeof(want) - 1,
	            print(file, format, 4711, "text", 0xbeefU));
	rewind(file);
	if (fread(got, 1, ROOM - 1, file) == 0 || strcmp(got, want) != 0)
		differ(format, "file", want, got);
	fclose(file);
	setvbuf(full, NULL, _IONBF, 0);
	errno = 0;
	same_number("to a full disk", "length", -1, print(full, "%s %d", "text", 1));
	same_number("to a full disk", "errno", ENOSPC, errno);
	fclose(full);
}

int main(void)
{
	check_everything();
	check_whole_lines();
	check_errors();
	check_files();
	printf("%lu formats and values\n", calls);
	return 0;
}
