/* SPDX-License-Identifier: MIT */
/* io.h - standard output, and blocking reads and writes on any descriptor */
#ifndef IO_H
#define IO_H

#include <stdbool.h>
#include <stdio.h>
#include <sys/types.h>

/* ---- io.c ---- */

/*
 * Writes all bytes, waiting as a blocking descriptor would. Returns 0 or a negated errno.
 */
int write_all(int fd, const char *bytes, size_t length);
/*
 * Writes at most length bytes. Returns their number, or a negated errno: -EINTR after a
 * signal.
 */
ssize_t write_some(int fd, const char *bytes, size_t length);
/*
 * Reads at most length bytes. Returns their number, 0 at the end, or a negated errno:
 * -EINTR after a signal.
 */
ssize_t read_some(int fd, char *buffer, size_t length);

/* ---- output.c ---- */

/* True unless standard output was closed when the program started. */
bool output_is_open(void);

/*
 * Standard output; waits even if the descriptor is non-blocking. Print to it, not to
 * stdout.
 */
extern FILE *output;
/* True if a write to output has failed. */
bool output_failed(void);

/* Initialises output. Must be called before anything is printed. */
void output_begin(void);
/*
 * Writes everything printed so far. Returns 0, or the negated errno of the first failed
 * write.
 */
int output_flush(void);
/*
 * Returns 0, or -EPIPE if standard output is a pipe or socket whose reader has gone; SIGPIPE then
 * ends the program as a write would, unless it is ignored.
 */
int output_reader(void);
/* Discards what could not be written, and clears the error. */
void output_forget(void);

#endif
