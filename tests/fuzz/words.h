/* SPDX-License-Identifier: MIT */
/* words.h - what the targets for words share */
#ifndef WORDS_H
#define WORDS_H

#include "fuzz.h"

enum { WORD_ROOM = 4096 };

/* The input as a word of the command line, to be freed. */
char *word_of(const char *input, size_t length);

/* Checks what a parser leaves that has refused a word, and what the user is told then. */
void check_refusal(const char *word, const struct problem *problem);

/* Whether this is a value of the kind; kind_free() is due in any case. */
bool takes(enum kind kind, const char *word, union value *value);
/* The value of a word that must be taken, because it was made of a value. */
union value again(enum kind kind, const char *word);

/* Makes a function for the table of a function run_NAME() that takes a word. */
#define WORD_TARGET(name)                                                                \
	static void run_word_##name(const char *input, size_t length)                    \
	{                                                                                \
		char *word = word_of(input, length);                                     \
                                                                                         \
		run_##name(word);                                                        \
		free(word);                                                              \
	}

#endif
