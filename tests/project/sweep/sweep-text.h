/* SPDX-License-Identifier: MIT */
/* sweep-text.h - comparisons of texts */

#pragma once

#include "sweep.h"

/* Writes the verdict, and returns false. */
bool says(char verdict[TEXT], const char *format, ...);
/* True if each word of got is that of wanted, or says that it is unknown. */
bool same_cells(const char *wanted, const char *got, char verdict[TEXT]);
/* True if each line of got is in wanted, in the same order. */
bool known_lines(const char *wanted, const char *got, char verdict[TEXT]);

/* sweep-archive.c */
/* Writes what is in an archive, in lines that are the same in each run. */
void plain_archive(const char *bytes, size_t length, char text[STATE]);
