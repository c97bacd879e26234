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

/* Bytes of a message, and how many of them its parts may have, a NUL counted in. */
enum { LINE = 1024, NAME = 65, OBJECT = 513, WORDS = 400 };

/* Mutable, as are the output and what signals do: nothing else is. */
static const char *program = "shmbox";

void diag_name(const char *name)
{
	program = name;
}

/* What ends a line: the next one comes below it, or is drawn over it. */
static const char below[] = "\n";
static const char over[] = "\033[K\r";
static const char cleared[] = "\033[K\n"; /* of what was drawn there before */

/* Appends a part of a message with the colon after it; "key:" has one of its own. */
static size_t add(char *line, size_t used, size_t room, const char *text)
{
	/* an empty word, of a variable that was not set perhaps, must be seen */
	const char *seen = *text ? text : "''";

	used += text_cut(line + used, room, seen, strlen(seen));
	if (line[used - 1] != ':' || used < 2 || !isalpha((unsigned char)line[used - 2]))
		line[used++] = ':';
	line[used++] = ' ';
	return used;
}

/* What the user typed, or a file is called, must not talk to the terminal. */
static void silence(char *text)
{
	while (*text) {
		size_t length = text_length(text);

		if (length == 0)
			*text = '?';
		text += length ? length : 1;
	}
}

/* One write a line: messages of processes that share a terminal stay whole. */
__attribute__((format(printf, 4, 0))) static void say(const char *prefix, const char *end,
                                                      const char *object,
                                                      const char *format, va_list list)
{
	char line[LINE];
	size_t room = LINE - sizeof(over);
	size_t used = add(line, 0, NAME, prefix);

	static_assert(NAME + OBJECT + WORDS + 2 * sizeof(": ") + sizeof(over) <= LINE,
	              "a name and an object leave no room for words");
	if (object)
		used = add(line, used, OBJECT, object);
	used += text_print(line + used, room - used, format, list);
	silence(line);
	used += text_cut(line + used, sizeof(line) - used, end, strlen(end));
	/* if that fails, no process is left to be told */
	write_all(STDERR_FILENO, line, used);
}

int fail(int status, const char *object, const char *format, ...)
{
	va_list list;

	va_start(list, format);
	say(program, below, object, format, list);
	va_end(list);
	return status;
}

void note(const char *object, const char *format, ...)
{
	va_list list;

	va_start(list, format);
	say(program, below, object, format, list);
	va_end(list);
}

void draw(const char *object, bool stays, const char *format, ...)
{
	va_list list;

	va_start(list, format);
	say(program, stays ? cleared : over, object, format, list);
	va_end(list);
}

void hint(const char *format, ...)
{
	va_list list;

	va_start(list, format);
	say("hint", below, NULL, format, list);
	va_end(list);
}

int misuse(const char *object, const char *format, ...)
{
	va_list list;

	va_start(list, format);
	say(program, below, object, format, list);
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
