/*
 * selection.h - the segments that an applet lists
 *
 * They are those of its operands, or all of this IPC namespace, or all of every one. A filter
 * chooses among them, and what their columns need is found out.
 */
#ifndef SELECTION_H
#define SELECTION_H

#include <shmbox/shmbox.h>

#include "applet.h"
#include "list/filter.h"
#include "list/listing.h"

/* Set the first part, leave the rest zero; selection_end() frees it. */
struct selection {
	struct filter filter;
	unsigned needs; /* NEEDS_ bits of the columns */
	struct listing listing;
	struct shmbox_info *infos;
	int count;
};

/* The segments of the operands; without operands, those of this IPC namespace. */
int select_here(struct selection *selection, const struct args *args);
/* Those of every IPC namespace that can be entered. */
int select_everywhere(struct selection *selection);

void selection_end(struct selection *selection);

#endif
