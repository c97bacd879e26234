/* SPDX-License-Identifier: MIT */
/* condition.h - the condition of shmwait: "attached ge 1", "u32@8 eq 2" */
#ifndef CONDITION_H
#define CONDITION_H

#include <shmbox/shmbox.h>

#include "applet.h"
#include "segment/field.h"

/* Set field, call condition_read(), then set the last part. */
struct condition {
	struct field field; /* a field of the bytes, or attached_field() */
	struct wanted wanted;
	/* either map or info; and room for the values that are read (field_room()) */
	const struct shmbox_map *map;   /* for a field of the bytes */
	const struct shmbox_info *info; /* for the number of attaches */
	void *values;
};

/* Reports that a comparison has to follow this condition. Returns a status. */
int comparison_missing(const char *word);

/* Returns the number of attaches as a field, which has no offset in the segment. */
struct field attached_field(void);

/*
 * Parses the comparison in operands 1 to 3, as in "u32@8 eq 2", or reports what is wrong
 * with it. Returns a status.
 */
int condition_read(struct condition *condition, const struct args *args);

/* Waits until the condition is true. Returns 1, or a negated errno of shmbox_wait(). */
int condition_wait(struct condition *condition, uint64_t timeout);

#endif
