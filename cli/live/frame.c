/* SPDX-License-Identifier: MIT */
/* frame.c - a picture of the whole terminal, written at once */

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "diag/diag.h"
#include "live/frame.h"
#include "text/io.h"
#include "text/text.h"

enum { ESC = 27 };

static void put(struct bytes *bytes, const char *text, size_t length)
{
	size_t room = bytes->room ? bytes->room : 4096;
	char *more;

	while (room < bytes->used + length)
		room *= 2;
	if (room > bytes->room && !bytes->incomplete) {
		more = realloc(bytes->start, room);
		bytes->incomplete = !more;
		if (!more)
			return;
		bytes->start = more;
		bytes->room = room;
	}
	if (bytes->incomplete)
		return;
	memcpy(bytes->start + bytes->used, text, length);
	bytes->used += length;
}

static void put_text(struct bytes *bytes, const char *text)
{
	put(bytes, text, strlen(text));
}

/* ---- what is printed ---- */

static ssize_t take(void *cookie, const char *bytes, size_t length)
{
	struct frame *frame = cookie;

	put(&frame->lines, bytes, length);
	return (ssize_t)length;
}

int frame_begin(struct frame *frame)
{
	if (!frame->stream)
		frame->stream =
			fopencookie(frame, "w", (cookie_io_functions_t){ .write = take });
	if (!frame->stream)
		return out_of_memory();
	frame->real = output;
	frame->lines.used = 0;
	output = frame->stream;
	return STATUS_OK;
}

void frame_end(struct frame *frame)
{
	fflush(output);
	output = frame->real;
	/* text_length() reads up to three bytes ahead */
	put(&frame->lines, "", 1);
	if (frame->lines.used)
		frame->lines.used--;
}

int frame_lines(const struct frame *frame)
{
	int count = 0;

	for (size_t i = 0; i < frame->lines.used; i++)
		count += frame->lines.start[i] == '\n';
	return count;
}

/* ---- the picture ---- */

/* True if styles may be used: the same as in sheet.c. */
static bool has_styles(void)
{
	const char *none = getenv("NO_COLOR");

	return !(none && *none) && getenv("TERM");
}

/* The part of a line that is visible. */
struct window {
	int left;
	int width;
	bool plain; /* leave out its colours */
};

/*
 * Adds the part of the line that is inside the window. Sequences of colours have no width;
 * cells contain no other control characters. Returns the width.
 */
static int put_part(struct bytes *picture, const char *line, const char *end,
                    struct window window)
{
	int column = -window.left;
	bool coloured = false;

	while (line < end) {
		size_t length = text_length(line);
		int width;

		if (*line == ESC) {
			length = strcspn(line, "m") + 1;
			coloured |= !window.plain;
			if (!window.plain)
				put(picture, line, length);
			line += length;
			continue;
		}
		length = length ? length : 1;
		width = (int)text_width(line, length);
		if (column + width > window.width)
			break;
		/* a wide character may be cut at the left edge */
		if (column >= 0)
			put(picture, line, length);
		else if (column + width > 0)
			put_text(picture, " ");
		column += width;
		line += length;
	}
	if (coloured)
		put_text(picture, "\033[0m");
	return column > 0 ? column : 0;
}

static void put_line(struct frame *frame, int nth, const char *line, const char *end,
                     int columns)
{
	bool marks = frame->chosen >= 0;
	bool in_head = nth < frame->head;
	bool chosen = marks && nth - frame->head == frame->chosen;
	bool reversed = chosen && has_styles();
	struct bytes *picture = &frame->picture;
	struct window window = { .left = in_head ? 0 : frame->left,
		                 .width = columns,
		                 .plain = reversed };
	int width = 0;

	if (reversed)
		put_text(picture, "\033[7m");
	if (marks && nth >= frame->head - 1) {
		put_text(picture, chosen ? ">" : " ");
		window.left = frame->left;
		window.width--;
		width = 1;
	}
	width += put_part(picture, line, end, window);
	if (reversed)
		put_text(picture, "\033[0m");
	/* at the right edge it would erase the last character */
	if (width < columns)
		put_text(picture, "\033[K");
}

int frame_draw(struct frame *frame, struct terminal *terminal)
{
	const char *line = frame->lines.start;
	const char *end = line + frame->lines.used;
	struct bytes *picture = &frame->picture;
	int nth = 0;
	int row = 0;
	int rc;

	picture->used = 0;
	put_text(picture, "\033[H");
	for (; line && line < end && row < terminal->rows; nth++) {
		const char *next = memchr(line, '\n', (size_t)(end - line));

		next = next ? next : end;
		if (nth < frame->head || nth >= frame->head + frame->skip) {
			if (row++ > 0)
				put_text(picture, "\r\n");
			put_line(frame, nth, line, next, terminal->columns);
		}
		line = next + 1;
	}
	if (row < terminal->rows) {
		char place[32];

		put_text(picture, "\r\n\033[J");
		snprintf(place, sizeof(place), "\033[%dH", terminal->rows);
		put_text(picture, place);
	}
	if (picture->incomplete || frame->lines.incomplete)
		return out_of_memory();
	rc = terminal_write(terminal, picture->start, picture->used);
	return rc < 0 ? failed_io("standard output", rc) : STATUS_OK;
}

void frame_free(struct frame *frame)
{
	if (frame->stream)
		fclose(frame->stream);
	free(frame->lines.start);
	free(frame->picture.start);
}
