/* number.h - the digits of numbers, read and written */
#ifndef NUMBER_H
#define NUMBER_H

#include <stdbool.h>
#include <stdint.h>

/* The value of a hexadecimal digit; 16 for any other character. */
unsigned digit_value(char letter);
/* The number up to *end, in base 8, 10 or 16. False if there is none; *big: it does not fit. */
bool digits(const char *text, unsigned base, const char **end, uint64_t *number,
            bool *big);
/* Whether text starts with 0x; then it is moved behind that. */
bool skip_hex(const char **text);

/* The digits alone, at most NUMBER_MAX; returns what is behind them. */
enum { NUMBER_MAX = 20 };
char *put_number(char *out, uint64_t number);

#endif
