/* SPDX-License-Identifier: MIT */
/* mistyped.h - the word that a mistyped word was probably meant to be */
#ifndef MISTYPED_H
#define MISTYPED_H

#include <stdbool.h>

/*
 * True if word is likelier to be meant than the words before it. At most one in three letters
 * may differ, unless typed is an abbreviation. Set *fewest to UINT_MAX for the first word.
 */
bool may_be_meant(const char *typed, const char *word, unsigned *fewest);

#endif
