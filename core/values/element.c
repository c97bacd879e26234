/* SPDX-License-Identifier: MIT */
/* element.c - read and change one value of a field atomically */

#include "values/element.h"

enum { BIG_ENDIAN_HERE = __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__ };

/* i386 aligns uint64_t to 4 bytes only, for which clang has no atomic instruction. */
typedef uint64_t aligned64 __attribute__((aligned(8)));

static char *low_bytes(uint64_t *number, unsigned width)
{
	return (char *)number + (BIG_ENDIAN_HERE ? sizeof(*number) - width : 0);
}

uint64_t element_copy(const void *from, unsigned width)
{
	uint64_t number = 0;

	memcpy(low_bytes(&number, width), from, width);
	return number;
}

void element_put(void *to, uint64_t number, unsigned width)
{
	memcpy(to, low_bytes(&number, width), width);
}

/*
 * On i386 a compiler may use cmpxchg8b, which always writes: on a read-only attach that
 * raises SIGSEGV. fild reads 8 bytes in one access since the Pentium, and its mantissa of
 * 64 bits keeps every number (docs/kernel.md, Atomic access).
 */
#ifdef __i386__
static uint64_t load_two_words(const void *at)
{
	uint64_t number;

	__asm__ volatile("fildll %1\n\tfistpll %0"
	                 : "=m"(number)
	                 : "m"(*(const volatile aligned64 *)at)
	                 : "st", "memory");
	return number;
}
#else
static uint64_t load_two_words(const void *at)
{
	return __atomic_load_n((const aligned64 *)at, __ATOMIC_SEQ_CST);
}
#endif

uint64_t element_load(const void *at, unsigned width)
{
	switch (width) {
	case 1:
		return __atomic_load_n((const uint8_t *)at, __ATOMIC_SEQ_CST);
	case 2:
		return __atomic_load_n((const uint16_t *)at, __ATOMIC_SEQ_CST);
	case WORD:
		return __atomic_load_n((const uint32_t *)at, __ATOMIC_SEQ_CST);
	default:
		return load_two_words(at);
	}
}

/* Stores value if the word contains old. Returns the previous content. */
static uint32_t swap_word(void *at, uint32_t old, uint32_t value)
{
	/*
	 * On riscv64, some gcc (12.2 for one) compare the whole register with a word that
	 * is sign-extended, and so stores nothing over a word with its highest bit set
	 * (gcc bug 114130). A register that was just loaded is sign-extended.
	 */
	volatile uint32_t loaded = old;
	uint32_t seen = loaded;

	__atomic_compare_exchange_n((uint32_t *)at, &seen, value, false, __ATOMIC_SEQ_CST,
	                            __ATOMIC_SEQ_CST);
	return seen;
}

static uint64_t swap_two_words(void *at, uint64_t old, uint64_t value)
{
	__atomic_compare_exchange_n((aligned64 *)at, &old, value, false, __ATOMIC_SEQ_CST,
	                            __ATOMIC_SEQ_CST);
	return old;
}

/* Swaps the word around a smaller element: riscv64 without libatomic has no other way. */
static uint64_t swap_part(void *at, unsigned width, uint64_t old, uint64_t value)
{
	unsigned place = (uintptr_t)at % WORD;
	char *word = (char *)at - place;
	unsigned shift = 8 * (BIG_ENDIAN_HERE ? WORD - width - place : place);
	uint32_t mask = (uint32_t)(width == 1 ? UINT8_MAX : UINT16_MAX) << shift;
	uint32_t whole = (uint32_t)element_load(word, WORD);
	uint32_t seen;

	do {
		seen = whole;
		if ((seen & mask) >> shift != old)
			break;
		/* try again if another byte of the word has changed meanwhile */
		whole = swap_word(word, seen, (seen & ~mask) | (uint32_t)value << shift);
	} while (whole != seen);
	return (seen & mask) >> shift;
}

uint64_t element_swap(void *at, unsigned width, uint64_t old, uint64_t value)
{
	if (width < WORD)
		return swap_part(at, width, old, value);
	if (width == WORD)
		return swap_word(at, (uint32_t)old, (uint32_t)value);
	return swap_two_words(at, old, value);
}
