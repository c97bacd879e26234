/* SPDX-License-Identifier: MIT */
/* sum.h - the sums of cksum(1) */
#ifndef SUM_H
#define SUM_H

#include "core.h"

/* of[ZEROS][BYTE] is the sum of that byte followed by this many bytes of zeros. */
struct sum_tables {
	bool folds; /* the processor folds bytes, and only of[0] is filled in */
	uint32_t of[16][256];
};

void sum_begin(struct sum_tables *tables);

/* Continues a sum with length bytes. */
uint32_t sum_add(const struct sum_tables *tables, uint32_t sum, const void *bytes,
                 size_t length);
/* Continues a sum with length bytes of zeros, in O(log length). */
uint32_t sum_add_zeros(uint32_t sum, uint64_t length);

/* The number that cksum(1) prints for length bytes that have this sum. */
uint32_t sum_end(const struct sum_tables *tables, uint32_t sum, uint64_t length);

/* The sum of one of our records. The check of a member is the xor of the sums of all. */
uint32_t sum_of_record(const struct sum_tables *tables, const char *name,
                       const char *value);

#endif
