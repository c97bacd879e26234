/* io.h - standard output, and reads and writes as if nothing would block */
#ifndef IO_H
#define IO_H

#include <stdbool.h>
#include <stdio.h>
#include <sys/types.h>

/* ---- io.c ---- */

/* All of it, or -errno. */
int write_all(int fd, const char *bytes, size_t length);
/* How many bytes came, 0 at the end, or -errno: -EINTR after a signal. */
ssize_t read_some(int fd, char *buffer, size_t length);

/* ---- output.c ---- */

/* Standard output, which waits where its descriptor would block: print here, not to stdout. */
extern FILE *output;
/* Whether not all that was printed could be written. */
bool output_failed(void);

/* Makes output ready: called before anything is printed. */
void output_begin(void);
/* 0, or -errno if not all that was printed could be written. */
int output_flush(void);
/* What could not be written is not tried again. */
void output_forget(void);

#endif
