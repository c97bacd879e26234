/* program.h - the applets by name, and what the program does for itself */
#ifndef PROGRAM_H
#define PROGRAM_H

#include "applet.h"

/* ---- applets.c ---- */

/* All applets by name, shmbox itself not among them; a NULL ends them. */
extern const struct applet *const applets[];
extern const struct applet applet_shmbox;

const struct applet *find_applet(const char *name);

/* ---- describe.c ---- */

void help_version(void);
/* All that is known of the applets; self is the one that stands for them. */
void help_describe(const struct applet *self);

/* ---- relro.c ---- */

/* Makes read-only what was relocated at start, where the libc has not. */
void protect_relocated(void);

/* ---- install.c ---- */

/* Makes links to this binary in directory (NULL: beside it). Returns a status. */
int install_links(const char *directory, bool symbolic, bool force);

#endif
