/* mistyped.h - the word that a mistyped word was probably meant to be */
#ifndef MISTYPED_H
#define MISTYPED_H

#include <stdbool.h>

/*
 * Whether word is likelier to be meant than the words before it, and not too far from what was
 * typed: one slip in three letters. *fewest is UINT_MAX for the first word.
 */
bool may_be_meant(const char *typed, const char *word, unsigned *fewest);

#endif
