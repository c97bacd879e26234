/* args.h - the command line, read and checked by what the descriptor says */
#ifndef ARGS_H
#define ARGS_H

#include "applet.h"

/* The options that every applet has, counted on after its own. */
extern const struct opt common_options[];

/* What args_parse() returns where something was asked for that is no work. */
enum { ASKS_HELP = -1, ASKS_VERSION = -2 };

/*
 * Parses and checks argv. Returns STATUS_OK, a status for what is wrong with it, or what it
 * asks for. args_free() is needed in any case.
 */
int args_parse(struct args *args, const struct applet *applet, int argc, char **argv);
void args_free(struct args *args);

/* ---- shape.c ---- */

enum { OPERAND_KINDS = 4 };

/* What the synopsis string of the operands says. */
struct shape {
	enum kind kinds[OPERAND_KINDS];
	int count;
	int required;
	bool repeats; /* the last one */
	bool command; /* options end at the first operand */
};

struct shape args_shape(const struct applet *applet);

/* ---- help.c ---- */

/* Prints the usage and all options; with all the applets, for the one that stands for them. */
void help_print(const struct applet *applet, const struct applet *const *all);

#endif
