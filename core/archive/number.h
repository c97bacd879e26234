/* number.h - numbers of an archive, none of which is trusted */
#ifndef NUMBER_H
#define NUMBER_H

#include "core.h"

/*
 * Takes digits of a base from *text on, at least one and no sign or blank; false if there is
 * none, or the number is larger than most.
 */
bool take_number(const char **text, unsigned base, uint64_t most, uint64_t *number);

/* The same of a whole text. */
bool read_whole(const char *text, unsigned base, uint64_t most, uint64_t *number);

/*
 * A field of a header: octal digits, of which a blank or NUL ends fewer, or, after a first byte
 * of 0x80, a binary number with its highest byte first, as GNU tar has it.
 */
bool read_field(const char *field, size_t length, uint64_t most, uint64_t *number);

#endif
