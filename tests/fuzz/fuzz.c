/* SPDX-License-Identifier: MIT */
/*
 * fuzz.c - a program that holds all fuzz targets; ./dev build fuzz makes build/fuzz/bin/fuzz
 *
 *   fuzz --list                  the names of the targets
 *   fuzz TARGET [OPTION|DIR]..   run libFuzzer on this target with its options
 *   fuzz TARGET --try INPUT      run one input, to repeat a finding. INPUT is escaped as in a
 *                                corpus: \n, \\ and \xNN
 *   fuzz TARGET --show FILE..    print the bytes of files, one line each, so escaped
 *   fuzz TARGET --unpack DIR     make a file in DIR of each line of standard input
 *
 * A corpus is a file of escaped lines: tests/fuzz/corpus/TARGET. To add to it what a longer
 * run has found:
 *
 *   mkdir seeds found && fuzz TARGET --unpack seeds <tests/fuzz/corpus/TARGET
 *   fuzz TARGET -max_total_time=600 seeds && fuzz TARGET -merge=1 found seeds
 *   fuzz TARGET --show found/\* >tests/fuzz/corpus/TARGET
 */

#include <ctype.h>
#include <fcntl.h>
#include <sanitizer/common_interface_defs.h>
#include <sys/mman.h>
#include <unistd.h>

#include "fuzz.h"
#include "work/path.h"

enum { SAID_ROOM = 8192, SAID_LINES = 2, LINE_ROOM_MAX = 2048 };

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct target *target;
static int report = STDERR_FILENO; /* where a person sees it */
static int said = -1;              /* what standard error is while a target runs */

_Noreturn void broken(const char *file, int line, const char *condition)
{
	dprintf(report, "fuzz: %s: %s:%d: not true: %s\n", target ? target->name : "-",
	        file, line, condition);
	abort();
}

/* ---- what the program says ---- */

static void catch_standard_error(void)
{
	said = memfd_create("said", MFD_CLOEXEC);
	CHECK(said >= 0 && dup2(said, STDERR_FILENO) == STDERR_FILENO);
}

static void forget_said(void)
{
	CHECK(ftruncate(said, 0) == 0 && lseek(said, 0, SEEK_SET) == 0);
}

/* No control characters: neither those of ASCII nor, in UTF-8, U+0080 to U+009F. */
static bool is_control(const char *at)
{
	unsigned char byte = (unsigned char)*at;

	return byte < ' ' || byte == 0x7f ||
	       (byte == 0xc2 && (unsigned char)at[1] >= 0x80 &&
	        (unsigned char)at[1] < 0xa0);
}

void check_said(void)
{
	char text[SAID_ROOM + 1];
	ssize_t got = pread(said, text, SAID_ROOM, 0);
	int lines = 0;
	const char *line = text;

	CHECK(got > 0 && got < SAID_ROOM && text[got - 1] == '\n');
	text[got] = '\0';
	for (const char *at = text; *at; at++) {
		if (*at != '\n') {
			CHECK(!is_control(at));
			continue;
		}
		CHECK(at > line && at - line < LINE_ROOM_MAX);
		line = at + 1;
		lines++;
	}
	CHECK(strlen(text) == (size_t)got && lines <= SAID_LINES);
	forget_said();
}

/* ---- inputs as text ---- */

static void print_escaped(const unsigned char *bytes, size_t length)
{
	for (; length > 0; bytes++, length--) {
		if (*bytes == '\n')
			fputs("\\n", stdout);
		else if (*bytes == '\\')
			fputs("\\\\", stdout);
		else if (*bytes < ' ' || *bytes >= 0x7f)
			printf("\\x%02x", *bytes);
		else
			putchar(*bytes);
	}
	putchar('\n');
}

/* In place; returns how many bytes it is. */
static size_t unescape(char *text)
{
	char *to = text;

	for (const char *at = text; *at; to++) {
		char digits[3] = "";

		if (*at != '\\') {
			*to = *at++;
		} else if (at[1] == 'x' && isxdigit((unsigned char)at[2]) &&
		           isxdigit((unsigned char)at[3])) {
			memcpy(digits, at + 2, 2);
			*to = (char)strtol(digits, NULL, 16);
			at += 4;
		} else {
			*to = at[1] == 'n' ? '\n' : at[1];
			at += at[1] ? 2 : 1;
		}
	}
	return (size_t)(to - text);
}

static void show(const char *path)
{
	static unsigned char bytes[1 << 20];
	FILE *file = fopen(path, "r");
	size_t length = file ? fread(bytes, 1, sizeof(bytes), file) : 0;

	if (!file)
		exit(STATUS_FAILED);
	fclose(file);
	print_escaped(bytes, length);
}

static void unpack(const char *directory)
{
	char *line = NULL;
	size_t room = 0;

	for (int count = 0; getline(&line, &room, stdin) > 0; count++) {
		char path[PATH_ROOM];
		size_t length;
		FILE *file;

		line[strcspn(line, "\n")] = '\0';
		snprintf(path, sizeof(path), "%s/%03d", directory, count);
		file = fopen(path, "w");
		length = unescape(line);
		if (!file || fwrite(line, 1, length, file) != length || fclose(file) != 0)
			exit(STATUS_FAILED);
	}
	free(line);
}

/* ---- which target ---- */

/* By this one, fuzz.bats sees whether a finding is seen. */
static void run_self(const char *input, size_t length)
{
	CHECK(!memmem(input, length, "fault", 5));
}

static const struct target self = { "self", run_self };

static const struct target *const tables[] = {
	word_targets, field_targets, text_targets,
	proc_targets, table_targets, archive_targets,
};

enum { TABLES = sizeof(tables) / sizeof(*tables) };

static const struct target *find(const char *name)
{
	for (int i = 0; i < TABLES; i++) {
		for (const struct target *at = tables[i]; at->name; at++) {
			if (strcmp(at->name, name) == 0)
				return at;
		}
	}
	return strcmp(name, self.name) == 0 ? &self : NULL;
}

static void list(void)
{
	for (int i = 0; i < TABLES; i++) {
		for (const struct target *at = tables[i]; at->name; at++)
			puts(at->name);
	}
}

/* What is asked for besides fuzzing; then the program is done. */
static void do_other(int argc, char **argv)
{
	if (argc < 1)
		return;
	if (strcmp(argv[0], "--try") == 0 && argc == 2) {
		size_t length = unescape(argv[1]);

		LLVMFuzzerTestOneInput((const uint8_t *)argv[1], length);
	} else if (strcmp(argv[0], "--show") == 0) {
		for (int i = 1; i < argc; i++)
			show(argv[i]);
	} else if (strcmp(argv[0], "--unpack") == 0 && argc == 2) {
		unpack(argv[1]);
	} else {
		return;
	}
	exit(STATUS_OK);
}

/*
 * libFuzzer starts itself again for some of its options: then the target's name is in the
 * environment.
 */
int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	static char mask[] = "-close_fd_mask=3";
	static char *words[64] = { NULL };
	const char *name = getenv("SHMBOX_FUZZ");
	int count = 0;

	if (!name && *argc > 1 && strcmp((*argv)[1], "--list") == 0) {
		list();
		exit(STATUS_OK);
	}
	words[count++] = (*argv)[0];
	for (int i = name ? 1 : 2; i < *argc && count < 62; i++)
		words[count++] = (*argv)[i];
	name = name || *argc < 2 ? name : (*argv)[1];
	target = name ? find(name) : NULL;
	if (!target) {
		fprintf(stderr, "usage: fuzz --list | TARGET [OPTION|DIR].. | TARGET "
		                "--try INPUT\n");
		exit(STATUS_USAGE);
	}
	setenv("SHMBOX_FUZZ", name, 1);
	report = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3);
	__sanitizer_set_report_fd((void *)(intptr_t)report);
	do_other(count - 1, words + 1);
	/* what applets print is not for a person; libFuzzer keeps a standard error for itself */
	words[count++] = mask;
	*argv = words;
	*argc = count;
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *input = malloc(size + 1);

	output = stdout;
	if (said < 0)
		catch_standard_error();
	CHECK(input);
	memcpy(input, data, size);
	input[size] = '\0';
	target->run(input, size);
	pretend_nothing();
	forget_said();
	free(input);
	return 0;
}
