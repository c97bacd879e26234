/* SPDX-License-Identifier: MIT */
/*
 * selection.h - the segments that an applet lists
 *
 * They are the segments of the operands, or all of our IPC namespace, or all of every IPC
 * namespace. A filter selects among them, and the facts for their columns are read.
 */
#ifndef SELECTION_H
#define SELECTION_H

#include <shmbox/shmbox.h>

#include "applet.h"
#include "list/filter.h"
#include "list/listing.h"

/* Set the first part, zero-initialise the rest; free with selection_end(). */
struct selection {
	struct filter filter;
	unsigned needs; /* NEEDS_ bits of the columns */
	struct listing listing;
	struct shmbox_info *infos;
	int count;
};

/*
 * Selects the segments of the operands or, without operands, those of our IPC namespace.
 * Returns a status.
 */
int select_here(struct selection *selection, const struct args *args);
/* Selects the segments of every IPC namespace that can be entered. Returns a status. */
int select_everywhere(struct selection *selection);

void selection_end(struct selection *selection);

#endif
