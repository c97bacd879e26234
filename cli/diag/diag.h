/* diag.h - messages, and whether standard output took everything */
#ifndef DIAG_H
#define DIAG_H

#include <stdbool.h>

#include <shmbox/shmbox.h>

#include "diag/status.h"

/* ---- diag.c: the only writes to stderr ---- */

/* Whose name stands before every message. */
void diag_name(const char *name);

/* Says "applet: object: reason" and returns status. object NULL: "applet: reason". */
__attribute__((format(printf, 3, 4))) int fail(int status, const char *object,
                                               const char *format, ...);
/* The same without a status: what is worth saying, but is no failure. */
__attribute__((format(printf, 2, 3))) void note(const char *object, const char *format,
                                                ...);
/* Adds a line: what to do about the failure just told. */
__attribute__((format(printf, 1, 2))) void hint(const char *format, ...);
/* fail(STATUS_USAGE) with a hint at --help. */
__attribute__((format(printf, 2, 3))) int misuse(const char *object, const char *format,
                                                 ...);

/*
 * Like note(), on a terminal: over what was drawn last, and the next one over this, unless
 * it stays.
 */
__attribute__((format(printf, 3, 4))) void draw(const char *object, bool stays,
                                                const char *format, ...);

/* fail(STATUS_LIMIT) where there is no memory for what the program keeps. */
int out_of_memory(void);

/* The exit status after several operands: what all failures agree on, or STATUS_FAILED. */
int status_join(int before, int now);

/* ---- errors.c: the words ---- */

/*
 * Says why op failed with rc on the object as the user typed it, in the words of errors.c,
 * and returns the exit status. spec as for shmbox_explain(): what was asked for, or NULL.
 */
int failed(enum shmbox_op op, int rc, const char *object, const struct shmbox_spec *spec);
/* The same for an operation on the segment with this id. */
int failed_on(enum shmbox_op op, int rc, const char *object, int id);
/* The same for an attach of it that was only to read. */
int failed_to_read(int rc, const char *object, int id);
/* Says what a file or another descriptor did: rc is a negated errno. */
int failed_io(const char *object, int rc);
/* The words for that, in out, which has room for TEXT_MAX bytes. */
const char *io_words(char *out, int rc);

/* ---- finish.c ---- */

/* Sends on what was printed so far. False, and said, if stdout does not take it. */
bool flush_output(void);
/*
 * The same for an id, which must not be lost: also asks the file system, which may tell only
 * when a descriptor is closed.
 */
bool deliver_output(void);
/* The same where nothing is printed after it: then no later call can fail. */
bool close_output(void);

/* Ends the program, after a check that stdout took everything. The only way out. */
_Noreturn void finish(int status);

#endif
