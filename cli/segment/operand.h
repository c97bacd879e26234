/* operand.h - what most applets do with an operand */
#ifndef OPERAND_H
#define OPERAND_H

#include "applet.h"
#include "diag/status.h"

/* The operand's id; or says why there is none, stores the exit status and returns -1. */
int operand_id(const struct args *args, int index, int *status);
/* The same, but a segment that does not exist is neither told nor a failure. */
int operand_id_if_any(const struct args *args, int index, int *status);

/* The name it stands for: 0, or what shmbox_key() returned. */
int operand_ref(const struct args *args, int index, struct shmbox_ref *ref);

/*
 * Calls each for every operand that stands for a segment, until it sets *stop because no further
 * one makes sense. Returns the status of all.
 */
int each_operand(const struct args *args,
                 int (*each)(const struct args *args, const char *word, int id,
                             bool *stop));

/*
 * What the kernel says of every operand that is there, in *infos, for the caller to free;
 * *count of them. Returns the status of all.
 */
int stat_operands(const struct args *args, struct shmbox_info **infos, int *count);
/* The same with an info for each operand, whose id is -1 if there is no such segment. */
int stat_each_operand(const struct args *args, struct shmbox_info **infos);

/* Removes a segment that we made and cannot hand on; or says that it stays, and its id. */
void remove_made(const char *object, int id);

/* The bytes from offset (negative: from the end) on. */
struct range {
	uint64_t offset;
	uint64_t length;
};

/*
 * Puts the range that was asked for into *range, length NULL: to the end; else says why
 * and returns a status.
 */
int resolve_range(const char *object, uint64_t size, int64_t offset,
                  const uint64_t *length, struct range *range);

#endif
