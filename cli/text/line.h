/*
 * line.h - output that is put together before stdio sees it: each of its calls costs more
 * than most of the words that a list is made of
 */
#ifndef LINE_H
#define LINE_H

#include <stddef.h>
#include <stdint.h>

enum { LINE_ROOM = 1024 };

/* Set used to 0; line_end() is due. What does not fit goes on to stdout earlier. */
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
