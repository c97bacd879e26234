/* SPDX-License-Identifier: MIT */
/* element.h - read and change one value of a field atomically */
#ifndef ELEMENT_H
#define ELEMENT_H

#include "core.h"

/* Bytes of a futex (futex(2)). */
enum { WORD = 4 };

/* Returns the number in width bytes, which need not be aligned. Not atomic. */
uint64_t element_copy(const void *from, unsigned width);
/* Stores a number in width bytes, which need not be aligned. Not atomic. */
void element_put(void *to, uint64_t number, unsigned width);

/* Returns the number in width aligned bytes, in one access to memory. */
uint64_t element_load(const void *at, unsigned width);

/* Stores value in an aligned element if it contains old. Returns the previous content. */
uint64_t element_swap(void *at, unsigned width, uint64_t old, uint64_t value);

#endif
