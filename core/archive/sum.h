/* sum.h - the sums of cksum(1) */
#ifndef SUM_H
#define SUM_H

#include "core.h"

/* What sums are taken with: for each byte, and how many bytes of zeros follow it. */
struct sum_tables {
	uint32_t of[16][256];
};

void sum_begin(struct sum_tables *tables);

/* The sum of what had this sum, and length bytes after it. */
uint32_t sum_add(const struct sum_tables *tables, uint32_t sum, const void *bytes,
                 size_t length);
/* The same for zeros, which takes no longer if they are many. */
uint32_t sum_add_zeros(uint32_t sum, uint64_t length);

/* What cksum(1) prints of length bytes that have this sum. */
uint32_t sum_end(const struct sum_tables *tables, uint32_t sum, uint64_t length);

/* The sum of one of our records: those of all records of a member are one number, by xor. */
uint32_t sum_of_record(const struct sum_tables *tables, const char *name,
                       const char *value);

#endif
