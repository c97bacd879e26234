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
	bool quiet;     /* do not report the namespaces that could not be entered */
	/*
	 * NULL, or called with the segments of each namespace before the filter; a negated
	 * errno ends the selection
	 */
	int (*each)(void *data, const struct shmbox_info *infos, int count);
	void *each_data;
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
