/* SPDX-License-Identifier: MIT */
/*
 * proc.h - inputs as files
 *
 * The first byte of an input says how much one read(2) returns, and with its highest bit that a
 * line longer than any buffer comes first.
 */
#ifndef PROC_H
#define PROC_H

/* before applet.h, which poisons what it declares */
#include "bytes/file.h"
#include "proc/mappings.h"
#include "proc/process.h"
#include "proc/procfs.h"
#include "segment/segment.h"

#include "fuzz.h"

enum { FILE_ROOM = 131072 };
extern char file[FILE_ROOM];

/* Puts the input into file, after the long line perhaps; returns its length. */
size_t file_of(const char *input, size_t length, size_t *piece);

/* Pretends it as a file of the kernel's, which counts in numbers of few digits and no sign. */
void pretend_input(const char *suffix, const char *input, size_t length);

#endif
