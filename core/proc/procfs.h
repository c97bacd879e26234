/* SPDX-License-Identifier: MIT */
/* procfs.h - read files and directories of /proc and /sys */
#ifndef PROCFS_H
#define PROCFS_H

#include "core.h"

/*
 * Reads up to size - 1 bytes of a file and adds a NUL. Returns the number of bytes read,
 * or a negated errno.
 */
int read_file(const char *path, char *buffer, size_t size);

/* Returns the decimal number that a file contains, or SHMBOX_UNKNOWN. */
int64_t read_number(const char *path);

/*
 * Returns the number of the line of a file that begins with name, such as "Name:" or "name ", or
 * SHMBOX_UNKNOWN.
 */
int64_t named_number(const char *path, const char *name);

/*
 * Returns the number at *text in this base, after optional blanks and an optional minus
 * sign, which gives the two's complement. Moves *text past the number, or sets it to NULL
 * if there is no number.
 */
uint64_t next_number(const char **text, unsigned base);

/*
 * Calls each(line, data) for every line of a file, without its newline, until each()
 * returns false. Returns 0, or the negated errno of open(2) or read(2).
 */
int each_line(const char *path, bool (*each)(const char *line, void *data), void *data);
/* Does the same for an open file. */
int each_line_of(int fd, bool (*each)(const char *line, void *data), void *data);

/*
 * Calls each(name, data) for every entry of a directory until each() returns false.
 * Returns 0, or the negated errno of open(2) or getdents64(2).
 */
int each_name(const char *path, bool (*each)(const char *name, void *data), void *data);

/*
 * Calls each(number, data) for every entry of a directory whose name is a number, until
 * each() returns false. Returns as each_name().
 */
int each_number(const char *path, bool (*each)(pid_t number, void *data), void *data);

/* Calls each(thread, data) for every thread of a process. Returns as each_name(). */
int each_thread(pid_t pid, bool (*each)(pid_t thread, void *data), void *data);

/*
 * True if /proc shows our PID namespace. It may have been mounted in another PID
 * namespace, where processes have other numbers.
 */
bool proc_is_ours(void);

/*
 * Makes room for one element after count elements of size bytes. Returns the block, which
 * may have moved, or NULL if memory runs out; the old block is then unchanged. The block
 * must have grown only by this function.
 */
void *grow_block(void *block, size_t count, size_t size);

/* Returns the size of an ordinary page in bytes. */
uint64_t page_size(void);

#endif
