/* SPDX-License-Identifier: MIT */
/* number.h - parse and print unsigned numbers */
#ifndef NUMBER_H
#define NUMBER_H

#include <stdbool.h>
#include <stdint.h>

/* The value of a hexadecimal digit; 16 for any other character. */
unsigned digit_value(char letter);
/*
 * Parses digits in base 8, 10 or 16, up to *end. Returns false if there are none. Sets
 * *big if the number does not fit.
 */
bool digits(const char *text, unsigned base, const char **end, uint64_t *number,
            bool *big);
/* Skips a leading 0x. Returns true if there was one. */
bool skip_hex(const char **text);

/*
 * Writes decimal digits without a NUL, at most NUMBER_MAX. Returns the address after
 * them.
 */
enum { NUMBER_MAX = 20 };
char *put_number(char *out, uint64_t number);

#endif
