/* SPDX-License-Identifier: MIT */
/* scan.h - read the words of the command line */
#ifndef SCAN_H
#define SCAN_H

#include <stdint.h>

#include "applet.h"
#include "text/text.h"

/* Indexes of the options of every applet start here. */
enum { COMMON = MAX_OPTIONS, COMMON_OPTIONS = 3 };
enum { OPT_HELP, OPT_VERSION, OPT_NS };

/* The position in argv. */
struct scan {
	const struct applet *applet;
	char **next;   /* the next word to read */
	char *cluster; /* the remaining letters of a word like -abc */
	int64_t ns;
};

enum what { END, OPERAND, OPTION, UNKNOWN, NEEDS_VALUE, TAKES_NONE };

/* The next part of argv: an operand, or an option and how it was typed. */
struct found {
	enum what what;
	const struct opt *option;
	int index;
	char *value; /* the value of the option, or the operand */
	char typed[TEXT_MAX];
};

/*
 * Reads the next part of argv into *found. Operands may stand among the options; no letter is a
 * digit or a point, so -5 and -.5 are operands, and so is -.
 */
enum what scan_next(struct scan *scan, struct found *found);

#endif
