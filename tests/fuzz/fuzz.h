/* SPDX-License-Identifier: MIT */
/* fuzz.h - what the fuzz targets share: their table, pretended files, and checks */
#ifndef FUZZ_H
#define FUZZ_H

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "applet.h"
#include "diag/diag.h"
#include "parse/args.h"
#include "parse/kinds.h"
#include "parse/parsers.h"
#include "parse/refs.h"
#include "program/program.h"
#include "text/io.h"
#include "text/json.h"
#include "text/number.h"
#include "text/text.h"

/* A parser or reader, and what must be true of it for every input. */
struct target {
	const char *name;
	/* A block of its own, so that a read past its end is seen; a NUL follows it. */
	void (*run)(const char *input, size_t length);
};

/* Each table ends with a target that has no name. */
extern const struct target word_targets[];
extern const struct target field_targets[];
extern const struct target text_targets[];
extern const struct target proc_targets[];
extern const struct target table_targets[];
extern const struct target archive_targets[];

/* ---- fuzz.c ---- */

/* Ends the program with a report if the condition is false. */
#define CHECK(condition) ((condition) ? (void)0 : broken(__FILE__, __LINE__, #condition))
_Noreturn void broken(const char *file, int line, const char *condition);

/* Checks what was written to standard error since the last time: lines of plain text. */
void check_said(void);

/* ---- files.c ---- */

/*
 * Until pretend_nothing(), a file whose path ends with this suffix contains these bytes, of
 * which one read(2) returns at most piece. At most PRETENDED files at a time.
 */
enum { PRETENDED = 4 };
void pretend(const char *suffix, const char *bytes, size_t length, size_t piece);
void pretend_nothing(void);

/* A descriptor of such a file. */
int open_pretended(const char *suffix);

#endif
