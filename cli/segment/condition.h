/* condition.h - a comparison with a value of a segment: "attached ge 1", "u32@8 eq 2" */
#ifndef CONDITION_H
#define CONDITION_H

#include <shmbox/shmbox.h>

#include "applet.h"
#include "segment/field.h"

/* Set the field, condition_read(), then set the last part. */
struct condition {
	struct field field; /* what is compared: of the bytes, or attached_field() */
	struct wanted wanted;
	/* one of the two, and room for what is read: see field_room() */
	const struct shmbox_map *map;   /* for a field of the bytes */
	const struct shmbox_info *info; /* for the number of attaches */
	void *values;
};

/* The number of attaches, as a field that has no place in the segment. */
struct field attached_field(void);

/*
 * Reads the comparison from operands 1 to 3, as in "u32@8 eq 2"; or says what is wrong with
 * it. Returns a status.
 */
int condition_read(struct condition *condition, const struct args *args);

/* Waits until the condition is true: returns 1, or what shmbox_wait() returned. */
int condition_wait(struct condition *condition, uint64_t timeout);

#endif
