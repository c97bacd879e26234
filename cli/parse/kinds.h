/* SPDX-License-Identifier: MIT */
/* kinds.h - the kinds of values: word, notation and parser of each */
#ifndef KINDS_H
#define KINDS_H

#include <stdbool.h>
#include <stddef.h>

#include "diag/problem.h"
#include "parse/value.h"

/* The word for a kind in synopsis and help: SIZE, SEGMENT, .. */
const char *kind_word(enum kind kind);
const char *kind_notation(enum kind kind); /* how to write such a value, or NULL */
/* The kind with this word, which has length bytes. */
enum kind kind_of(const char *word, size_t length);
bool kind_parse(enum kind kind, const char *text, union value *value,
                struct problem *problem);
/* Frees what kind_parse() allocated for the value. */
void kind_free(enum kind kind, union value *value);

#endif
