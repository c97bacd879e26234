/* SPDX-License-Identifier: MIT */
/* operand.h - resolve operands to segments, and options to ranges */
#ifndef OPERAND_H
#define OPERAND_H

#include "applet.h"
#include "diag/status.h"

/*
 * Returns the id of the operand. If there is none, reports why, joins the failure to
 * *status, and returns -1.
 */
int operand_id(const struct args *args, int index, int *status);
/* The same, but a segment that does not exist is not an error. */
int operand_id_if_any(const struct args *args, int index, int *status);

/*
 * Stores the id or key of the operand in *ref. Returns 0 or a negated errno of
 * shmbox_key().
 */
int operand_ref(const struct args *args, int index, struct shmbox_ref *ref);

/*
 * Calls each() for every operand that names a segment, until it sets *stop because the
 * remaining calls would fail too. Returns the joined status.
 */
int each_operand(const struct args *args,
                 int (*each)(const struct args *args, const char *word, int id,
                             bool *stop));

/*
 * Reads the kernel's information on every operand that exists into *infos, which has
 * *count entries and which the caller frees. Returns the joined status.
 */
int stat_operands(const struct args *args, struct shmbox_info **infos, int *count);
/* The same with an entry for each operand; its id is -1 if there is no such segment. */
int stat_each_operand(const struct args *args, struct shmbox_info **infos);

/*
 * Removes a segment that we created and cannot hand over. If that fails, reports its id.
 */
void remove_created(const char *object, int id);

/* A range of a segment, in bytes. */
struct range {
	uint64_t offset;
	uint64_t length;
};

/*
 * Computes the range from offset (negative: counted from the end) and length (NULL: to
 * the end), or reports that it is not in the segment. Returns a status.
 */
int resolve_range(const char *object, uint64_t size, int64_t offset,
                  const uint64_t *length, struct range *range);

#endif
