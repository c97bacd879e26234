/* text.h - how things are written */
#ifndef TEXT_H
#define TEXT_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum { TEXT_MAX = 64 };

/*
 * Bytes of the character at text: 1 to 4, or 0 if it is none that may be shown, which are
 * control characters, those of direction too, and what is not UTF-8.
 */
size_t text_length(const char *text);

/*
 * So many bytes of text in out, which has room for size, with a NUL. What does not fit is cut
 * between two characters, and ends in "..". Returns how many bytes out has then.
 */
size_t text_cut(char *out, size_t size, const char *text, size_t length);
/* The same for what vprintf(3) would print. */
__attribute__((format(printf, 3, 0))) size_t text_print(char *out, size_t size,
                                                        const char *format, va_list list);

/* The columns of a terminal that length bytes of text take: 0 to 2 for a character. */
size_t text_width(const char *text, size_t length);

/* Every byte of a text may become \x1b. */
enum { ESCAPED_MAX = 4 * TEXT_MAX };

/*
 * A text of less than TEXT_MAX bytes that splits no cell and does not talk to the terminal: such
 * bytes are written as \xNN, and so are blanks, unless these may stay inside of it. out has
 * room for ESCAPED_MAX.
 */
char *text_escaped(char *out, const char *text, bool blanks);

/* ---- amounts.c ---- */

/* Each writes into out, which has room for TEXT_MAX bytes, and returns it. */
char *text_size(char *out, uint64_t bytes); /* 64K 1.2M 41M, powers of 1024 */
char *text_count(char *out, uint64_t number, const char *unit); /* 1 byte, 2 bytes */
char *text_mode(char *out, mode_t mode);                        /* rw-r----- */
char *text_age(char *out, int64_t seconds);                     /* 5s 3m 2h 9d */
char *text_user(char *out, uid_t uid);                          /* name, or number */
char *text_group(char *out, gid_t gid);

#endif
