/* SPDX-License-Identifier: MIT */
/* program.h - the applets by name, and functions of the program itself */
#ifndef PROGRAM_H
#define PROGRAM_H

#include "applet.h"

/* ---- applets.c ---- */

/* All applets, without shmbox itself; ends with NULL. */
extern const struct applet *const applets[];
extern const struct applet applet_shmbox;
extern const struct applet applet_help; /* shmbox help */

/* Returns the applet with this name, or NULL. */
const struct applet *find_applet(const char *name);
/* The same for a word on the command line, where "cat" is shmcat. */
const struct applet *find_word(const char *word);

/* ---- unknown_applet.c ---- */

/* Reports that there is no such applet, with the one that may have been meant. Returns a status. */
int refuse_applet(const char *name);

/* ---- describe.c ---- */

/* Prints the output of --version. */
void help_version(void);
/* Prints the output of --describe; self is the descriptor of shmbox. */
void help_describe(const struct applet *self);

/* ---- relro.c ---- */

/* Makes the relocated data (PT_GNU_RELRO) read-only, if the libc has not. */
void protect_relocated(void);

/* ---- install.c ---- */

/* Creates links to this binary in directory (NULL: next to it). Returns a status. */
int install_links(const char *directory, bool symbolic, bool force);

#endif
