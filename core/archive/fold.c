/* SPDX-License-Identifier: MIT */
/*
 * fold.c - sums of cksum(1) with instructions that multiply polynomials
 *
 * A polynomial of 128 bits that is followed by 512 bits is HIGH x^576 + LOW x^512. Modulo
 * POLYNOMIAL (sum.c) these powers are numbers of 32 bits, so two products without carry, each
 * of 96 bits, replace the 128 bits and are added where the 512 bits end. A table would take 16
 * look-ups for that.
 */

#include "archive/fold.h"

#ifdef __x86_64__

#include <cpuid.h>
#include <immintrin.h>

#define X_576 0x8833794c
#define X_512 0xe6228b11

bool can_fold(void)
{
	const unsigned needed = bit_PCLMUL | bit_SSSE3;
	unsigned a;
	unsigned b;
	unsigned c;
	unsigned d;

	return __get_cpuid(1, &a, &b, &c, &d) && (c & needed) == needed;
}

#define FOLDS __attribute__((target("pclmul,ssse3")))

/* The first byte has the highest coefficients. */
FOLDS static inline __m128i load(const unsigned char *bytes)
{
	const __m128i turned =
		_mm_set_epi8(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);

	return _mm_shuffle_epi8(_mm_loadu_si128((const void *)bytes), turned);
}

FOLDS static inline __m128i load_and_add(__m128i folded, const unsigned char *bytes)
{
	const __m128i powers = _mm_set_epi64x(X_576, X_512);
	__m128i low = _mm_clmulepi64_si128(folded, powers, 0x00);
	__m128i high = _mm_clmulepi64_si128(folded, powers, 0x11);

	return _mm_xor_si128(load(bytes), _mm_xor_si128(low, high));
}

FOLDS static inline void store(unsigned char *bytes, __m128i folded)
{
	_mm_storeu_si128((void *)bytes, folded);
	_mm_storeu_si128((void *)bytes, load(bytes));
}

/* Products that do not depend on one another overlap, so there are four. */
FOLDS size_t fold(uint32_t sum, const unsigned char *bytes, size_t length,
                  unsigned char rest[FOLDED])
{
	__m128i a = _mm_xor_si128(load(bytes), _mm_set_epi32((int)sum, 0, 0, 0));
	__m128i b = load(bytes + 16);
	__m128i c = load(bytes + 32);
	__m128i d = load(bytes + 48);
	size_t done = FOLDED;

	for (; length - done >= FOLDED; done += FOLDED) {
		const unsigned char *at = bytes + done;

		a = load_and_add(a, at);
		b = load_and_add(b, at + 16);
		c = load_and_add(c, at + 32);
		d = load_and_add(d, at + 48);
	}
	store(rest, a);
	store(rest + 16, b);
	store(rest + 32, c);
	store(rest + 48, d);
	return done;
}

#else

bool can_fold(void)
{
	return false;
}

/* Is not called. */
size_t fold(uint32_t sum, const unsigned char *bytes, size_t length,
            unsigned char rest[FOLDED])
{
	(void)sum;
	(void)bytes;
	(void)rest;
	return length;
}

#endif
