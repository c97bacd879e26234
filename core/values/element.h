/* element.h - one value of a field, read and changed in one step */
#ifndef ELEMENT_H
#define ELEMENT_H

#include "core.h"

/* Bytes that a futex(2) has. */
enum { WORD = 4 };

/* The number in width bytes, which need not be aligned. */
uint64_t element_copy(const void *from, unsigned width);
/* Puts it there. */
void element_put(void *to, uint64_t number, unsigned width);

/* The same of an aligned one, in one access to memory. */
uint64_t element_load(const void *at, unsigned width);

/* In one step: puts value there if old is what is there; returns what was. */
uint64_t element_swap(void *at, unsigned width, uint64_t old, uint64_t value);

#endif
