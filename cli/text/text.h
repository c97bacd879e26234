/* SPDX-License-Identifier: MIT */
/* text.h - print texts, sizes, modes, ages and users */
#ifndef TEXT_H
#define TEXT_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum { TEXT_MAX = 64 };

/*
 * Returns the number of bytes of the character at text, 1 to 4, or 0 if it must not be
 * printed: a control character (direction controls included), or invalid UTF-8.
 */
size_t text_length(const char *text);

/*
 * Copies length bytes of text to out, which has room for size, and adds a NUL. A text
 * that does not fit is cut between two characters and ends with "..". Returns the length
 * of out.
 */
size_t text_cut(char *out, size_t size, const char *text, size_t length);
/* The same for a formatted text, as with vprintf(3). */
__attribute__((format(printf, 3, 0))) size_t text_print(char *out, size_t size,
                                                        const char *format, va_list list);

/*
 * Copies a word to out as text_cut() does, in quotes if it is empty, or begins or ends with a
 * blank: it must be visible in a message.
 */
void text_word(char *out, size_t size, const char *word);

/* The number of terminal columns of length bytes of text: 0 to 2 for a character. */
size_t text_width(const char *text, size_t length);

/* A text with every byte escaped as \x1b. */
enum { ESCAPED_MAX = 4 * TEXT_MAX };

/*
 * Writes text to out, which has room for four times the bytes of text and its NUL: ESCAPED_MAX
 * for a text shorter than TEXT_MAX. Control characters and blanks are escaped as \xNN, so that a
 * text is one cell and sends nothing to the terminal. With blanks set, blanks inside the text stay.
 */
char *text_escaped(char *out, const char *text, bool blanks);

/* ---- amounts.c ---- */

/* Each writes into out, which has room for TEXT_MAX bytes, and returns out. */
char *text_size(char *out, uint64_t bytes); /* 64K 1.2M 41M, powers of 1024 */
char *text_count(char *out, uint64_t number, const char *unit); /* 1 byte, 2 bytes */
char *text_mode(char *out, mode_t mode);                        /* rw-r----- */
char *text_age(char *out, int64_t seconds);                     /* 5s 3m 2h 9d */
char *text_time(char *out, int64_t seconds); /* 2026-11-30T08:15:00Z; "?": no such year */
char *text_now(char *out);                   /* 2026-11-30T08:15:00.250Z */
char *text_user(char *out, uid_t uid);       /* name, or number */
char *text_group(char *out, gid_t gid);

#endif
