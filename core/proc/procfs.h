/* procfs.h - small files and directories of /proc and /sys */
#ifndef PROCFS_H
#define PROCFS_H

#include "core.h"

/* Reads a small file of numbers or words; at most size - 1 bytes and a NUL. */
int read_file(const char *path, char *buffer, size_t size);

/* The number a file holds, or SHMBOX_UNKNOWN. */
int64_t read_number(const char *path);

/*
 * The next number of *text in this base, behind blanks and with a sign if it has one (then
 * as two's complement); *text is moved behind it, or set to NULL if there is none.
 */
uint64_t next_number(const char **text, unsigned base);

/*
 * Calls each(line, data) for every line of a file until it returns false, the newlines
 * taken off. Returns 0, or why it cannot be read.
 */
int each_line(const char *path, bool (*each)(const char *line, void *data), void *data);
/* The same of an open one. */
int each_line_of(int fd, bool (*each)(const char *line, void *data), void *data);

/*
 * Calls each(name, data) for every entry of a directory until it returns false. Returns 0, or
 * why it cannot be read.
 */
int each_name(const char *path, bool (*each)(const char *name, void *data), void *data);

/*
 * Calls each(number, data) for every entry of a directory that is a number, until it returns
 * false. Returns 0, or why it cannot be read.
 */
int each_number(const char *path, bool (*each)(pid_t number, void *data), void *data);

/* The same for every thread of a process. */
int each_thread(pid_t pid, bool (*each)(pid_t thread, void *data), void *data);

/* Whether /proc numbers processes as we do: it may have been mounted for others. */
bool proc_is_ours(void);

/*
 * The block with room for one more behind count elements of so many bytes; it may have moved.
 * NULL if there is no memory, and then it is as it was. It grows by this function alone.
 */
void *room_for_one(void *block, size_t count, size_t size);

/* Bytes of a page. */
uint64_t page_size(void);

#endif
