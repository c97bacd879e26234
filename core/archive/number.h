/* SPDX-License-Identifier: MIT */
/* number.h - numbers in an archive, which are not trusted */
#ifndef NUMBER_H
#define NUMBER_H

#include "core.h"

/*
 * Reads at least one digit from *text, without a sign or blank, and moves *text past the
 * digits. Returns false if there is no digit, or the number exceeds most.
 */
bool take_number(const char **text, unsigned base, uint64_t most, uint64_t *number);

/* The same, for a text that contains nothing but the number. */
bool read_whole(const char *text, unsigned base, uint64_t most, uint64_t *number);

/*
 * Reads a field of a header: octal digits, which a blank or a NUL may end early; or, after a
 * first byte of 0x80, a big-endian binary number, an extension of GNU tar.
 */
bool read_field(const char *field, size_t length, uint64_t most, uint64_t *number);

#endif
