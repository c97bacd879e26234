/* SPDX-License-Identifier: MIT */
/*
 * frame.h - a picture of the whole terminal, written at once
 *
 * What is printed to output between frame_begin() and frame_end() is kept as lines, which
 * frame_draw() cuts to the size of the terminal.
 */
#ifndef FRAME_H
#define FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "live/terminal.h"

/* Bytes that grow as needed, and are kept for the next frame. */
struct bytes {
	char *start;
	size_t used;
	size_t room;
	bool incomplete; /* there was no memory for all bytes */
};

/* Zero-initialise, set the first part for each frame; free with frame_free(). */
struct frame {
	int head; /* lines that neither scroll nor move */
	int skip; /* lines after them that are left out */
	int left; /* columns of the lines after the head that are left out */
	int chosen; /* the line with a mark, counted from the first after the head; -1: there is no mark */
	/* private to frame.c */
	FILE *real;
	FILE *stream;
	struct bytes lines;
	struct bytes picture;
};

/* Returns a status. */
int frame_begin(struct frame *frame);
void frame_end(struct frame *frame);

/* Returns the number of lines that were printed. */
int frame_lines(const struct frame *frame);

/* Returns a status: memory may run out, and the terminal may be gone. */
int frame_draw(struct frame *frame, struct terminal *terminal);

void frame_free(struct frame *frame);

#endif
