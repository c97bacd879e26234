/* SPDX-License-Identifier: MIT */
/*
 * line.h - a buffer before stdio, because most texts of a list are short, and a call of
 * stdio for each would take most of the time
 */
#ifndef LINE_H
#define LINE_H

#include <stddef.h>
#include <stdint.h>

enum { LINE_ROOM = 1024 };

/*
 * A buffer of output. Set used to 0. A full buffer is written early, line_end() writes
 * the rest.
 */
struct line {
	size_t used;
	char text[LINE_ROOM];
};

void line_put(struct line *line, const char *text, size_t length);
void line_text(struct line *line, const char *text);
void line_byte(struct line *line, char byte);
void line_blanks(struct line *line, int count);
void line_number(struct line *line, uint64_t number);
void line_end(struct line *line);

#endif
