/* SPDX-License-Identifier: MIT */
/* args.h - parse the command line as the descriptor of an applet states it */
#ifndef ARGS_H
#define ARGS_H

#include "applet.h"

/* The options that every applet has; their indexes follow those of its own options. */
extern const struct opt common_options[];

/* Results of args_parse() for --help and --version. */
enum { ASKS_HELP = -1, ASKS_VERSION = -2 };

/*
 * Parses and checks argv. Returns STATUS_OK, a status after a message, or one of the
 * results above. Call args_free() in any case.
 */
int args_parse(struct args *args, const struct applet *applet, int argc, char **argv);
void args_free(struct args *args);

/* ---- shape.c ---- */

enum { OPERAND_KINDS = 4 };

/* The operands of an applet, parsed from its synopsis string. */
struct shape {
	enum kind kinds[OPERAND_KINDS];
	int count;
	int required;
	bool repeats; /* the last operand may be repeated */
	bool command; /* COMMAND is the second operand, and ends the options */
};

struct shape args_shape(const struct applet *applet);

/* ---- help.c ---- */

/*
 * Prints the usage and all options of an applet. all is the list of applets, for applet
 * shmbox, or NULL.
 */
void help_print(const struct applet *applet, const struct applet *const *all);

#endif
