/* SPDX-License-Identifier: MIT */
/* unknown_option.h - what an unknown option or an operand too many was probably meant to be */
#ifndef UNKNOWN_OPTION_H
#define UNKNOWN_OPTION_H

#include "applet.h"

/*
 * Reports an unknown option as it was typed, with what may have been meant, and returns
 * STATUS_USAGE. common are the options of every applet; value is the text after the option, or NULL.
 */
int refuse_option(const struct applet *applet, const struct opt *common,
                  const char *typed, const char *value);

/* The same for an operand that the applet does not take. */
int refuse_operand(const struct applet *applet, const char *word);

#endif
