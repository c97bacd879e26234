/* SPDX-License-Identifier: MIT */
/* diag.h - messages, and the delivery of standard output */
#ifndef DIAG_H
#define DIAG_H

#include <stdbool.h>

#include <shmbox/shmbox.h>

#include "diag/status.h"

/* ---- diag.c: the only writes to stderr ---- */

/* Sets the name that starts every message. */
void diag_name(const char *name);

/*
 * Prints "applet: object: reason", or "applet: reason" if object is NULL. Returns status.
 */
__attribute__((format(printf, 3, 4))) int fail(int status, const char *object,
                                               const char *format, ...);
/* The same for information that is not a failure. */
__attribute__((format(printf, 2, 3))) void note(const char *object, const char *format,
                                                ...);
/* Prints "hint: ..", what to do about the failure just reported. */
__attribute__((format(printf, 1, 2))) void hint(const char *format, ...);
/* Reports a usage error, with a hint at --help. Returns STATUS_USAGE. */
__attribute__((format(printf, 2, 3))) int misuse(const char *object, const char *format,
                                                 ...);

/*
 * Like note(), for progress on a terminal: replaces the line drawn last. The next line
 * replaces this one, unless stays is set.
 */
__attribute__((format(printf, 3, 4))) void draw(const char *object, bool stays,
                                                const char *format, ...);

/* Reports that the program has no memory for its own data. Returns STATUS_LIMIT. */
int out_of_memory(void);

/*
 * Combines the statuses of several operands: the status of all failures if they agree,
 * otherwise STATUS_FAILED.
 */
int status_join(int before, int now);

/* ---- errors.c: the words ---- */

/*
 * Reports why op failed with rc, a negated errno, on the object as the user typed it.
 * spec is what was requested, or NULL (see shmbox_explain()). Returns the exit status.
 */
int failed(enum shmbox_op op, int rc, const char *object, const struct shmbox_spec *spec);
/* The same for an operation on the segment with this id. */
int failed_on(enum shmbox_op op, int rc, const char *object, int id);
/* The same for a read-only attach of the segment with this id. */
int failed_to_read(int rc, const char *object, int id);
/* Bytes for words of a cause. */
enum { CAUSE_ROOM = 512 };
/* The words and the hint ("" if there is none) that failed() has for an operation and cause. */
void cause_words(enum shmbox_op op, int rc, const struct shmbox_cause *cause,
                 char words[CAUSE_ROOM], char advice[CAUSE_ROOM]);
/* Says what a file or another descriptor did: rc is a negated errno. */
int failed_io(const char *object, int rc);
/*
 * Writes the words for that error into out, which has room for TEXT_MAX bytes; returns
 * out.
 */
const char *io_words(char *out, int rc);

/* ---- key_hint.c ---- */

/* Gives a hint if a word that names no segment is the key of one, in decimal or in hex. */
void hint_at_key(const char *word);

/* ---- finish.c ---- */

/* Writes everything printed so far. Returns false, after a message, if that fails. */
bool flush_output(void);
/*
 * The same for output that must not be lost, such as a new id: some file systems report
 * errors only at close(2), so it closes a duplicate.
 */
bool deliver_output(void);
/* The same for the last output: closes stdout, so that no later error is possible. */
bool close_output(void);

/*
 * Exits with status, or with STATUS_FAILED if output could not be written. The only way
 * to exit.
 */
_Noreturn void finish(int status);

#endif
