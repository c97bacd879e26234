/* SPDX-License-Identifier: MIT */
/* diag.c - the only writes to stderr */

#include <assert.h>
#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "diag/diag.h"
#include "text/io.h"
#include "text/text.h"

/* Maximum bytes of a message and of its parts, each with its NUL. */
enum { LINE = 1024, NAME = 65, OBJECT = 513, WORDS = 400 };

/* One of the few mutable globals, with the output and the signal handlers' state. */
static const char *program = "shmbox";

void diag_name(const char *name)
{
	program = name;
}

/* Line ends: start a new line, or let the next message replace this one. */
static const char new_line[] = "\n";
static const char replaced[] = "\033[K\r";
static const char cleared_line[] = "\033[K\n"; /* clears what was drawn there before */

/*
 * Appends a text of less than LINE bytes, with control characters as \xNN: words and file names
 * must not reach the terminal as they are.
 */
static size_t append(char *line, size_t used, size_t room, const char *text)
{
	char escaped[4 * LINE];

	text_escaped(escaped, text, true);
	return used + text_cut(line + used, room, escaped, strlen(escaped));
}

/* Appends a part of a message and a colon, unless the part ends with one ("key:"). */
static size_t append_part(char *line, size_t used, size_t room, const char *text)
{
	char word[OBJECT];

	text_word(word, sizeof(word), text);
	used = append(line, used, room, word);
	if (line[used - 1] != ':' || used < 2 || !isalpha((unsigned char)line[used - 2]))
		line[used++] = ':';
	line[used++] = ' ';
	return used;
}

/* One write(2) a line keeps messages of processes that share a terminal whole. */
__attribute__((format(printf, 4, 0))) static void
print_message(const char *prefix, const char *end, const char *object, const char *format,
              va_list list)
{
	char line[LINE];
	char words[LINE];
	size_t room = LINE - sizeof(replaced);
	size_t used = append_part(line, 0, NAME, prefix);

	static_assert(NAME + OBJECT + WORDS + 2 * sizeof(": ") + sizeof(replaced) <= LINE,
	              "a name and an object leave no room for words");
	if (object)
		used = append_part(line, used, OBJECT, object);
	text_print(words, sizeof(words), format, list);
	used = append(line, used, room - used, words);
	used += text_cut(line + used, sizeof(line) - used, end, strlen(end));
	/* a failure cannot be reported anywhere */
	write_all(STDERR_FILENO, line, used);
}

int fail(int status, const char *object, const char *format, ...)
{
	va_list list;

	va_start(list, format);
	print_message(program, new_line, object, format, list);
	va_end(list);
	return status;
}

void note(const char *object, const char *format, ...)
{
	va_list list;

	va_start(list, format);
	print_message(program, new_line, object, format, list);
	va_end(list);
}

void draw(const char *object, bool stays, const char *format, ...)
{
	va_list list;

	va_start(list, format);
	print_message(program, stays ? cleared_line : replaced, object, format, list);
	va_end(list);
}

void hint(const char *format, ...)
{
	va_list list;

	va_start(list, format);
	print_message("hint", new_line, NULL, format, list);
	va_end(list);
}

int misuse(const char *object, const char *format, ...)
{
	va_list list;

	va_start(list, format);
	print_message(program, new_line, object, format, list);
	va_end(list);
	hint("see %s --help", program);
	return STATUS_USAGE;
}

int out_of_memory(void)
{
	return fail(STATUS_LIMIT, NULL, "no memory");
}

int status_join(int before, int now)
{
	if (before == STATUS_OK || now == before)
		return now;
	return now == STATUS_OK ? before : STATUS_FAILED;
}
