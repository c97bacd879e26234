/* SPDX-License-Identifier: MIT */
/* fold.h - sums of cksum(1) with instructions that multiply polynomials */
#ifndef FOLD_H
#define FOLD_H

#include "core.h"

/* The number of bytes that have the same sum as all bytes that were folded. */
enum { FOLDED = 64 };

/* True if the processor has the instructions. */
bool can_fold(void);

/*
 * Folds whole pieces of FOLDED bytes, at least one, into rest: the sum of these bytes, begun
 * with 0, is the sum of the bytes that were folded, begun with sum. Returns their number.
 */
size_t fold(uint32_t sum, const unsigned char *bytes, size_t length,
            unsigned char rest[FOLDED]);

#endif
