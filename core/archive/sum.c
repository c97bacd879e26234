/* SPDX-License-Identifier: MIT */
/*
 * sum.c - the sums of cksum(1)
 *
 * POSIX (cksum, DESCRIPTION): the remainder of the bytes, as a polynomial with its highest
 * coefficient first, and of their number, its lowest byte first, modulo POLYNOMIAL.
 */

#include <endian.h>

#include "archive/fold.h"
#include "archive/sum.h"

#define POLYNOMIAL UINT32_C(0x04c11db7)

enum { TABLES = 16 };

/* x times a polynomial, modulo POLYNOMIAL. */
static uint32_t times_x(uint32_t sum)
{
	return sum << 1 ^ (sum >> 31 ? POLYNOMIAL : 0);
}

void sum_begin(struct sum_tables *tables)
{
	for (uint32_t byte = 0; byte < 256; byte++) {
		uint32_t sum = byte << 24;

		for (int bit = 0; bit < 8; bit++)
			sum = times_x(sum);
		tables->of[0][byte] = sum;
	}
	tables->folds = can_fold();
	for (int zeros = 1; !tables->folds && zeros < TABLES; zeros++) {
		for (int byte = 0; byte < 256; byte++) {
			uint32_t sum = tables->of[zeros - 1][byte];

			tables->of[zeros][byte] = sum << 8 ^ tables->of[0][sum >> 24];
		}
	}
}

static inline uint32_t word_at(const unsigned char *at)
{
	uint32_t word;

	memcpy(&word, at, sizeof(word));
	return be32toh(word);
}

static uint32_t add_bytes(const struct sum_tables *tables, uint32_t sum,
                          const unsigned char *at, size_t length)
{
	for (; length > 0; at++, length--)
		sum = sum << 8 ^ tables->of[0][sum >> 24 ^ *at];
	return sum;
}

/* The look-ups of 16 bytes do not depend on one another, so the processor overlaps them. */
static uint32_t add_pieces(const struct sum_tables *tables, uint32_t sum,
                           const unsigned char *at, size_t length)
{
	const uint32_t(*of)[256] = tables->of;

	for (; length >= TABLES; at += TABLES, length -= TABLES) {
		uint32_t a = word_at(at) ^ sum;
		uint32_t b = word_at(at + 4);
		uint32_t c = word_at(at + 8);
		uint32_t d = word_at(at + 12);

		sum = of[15][a >> 24] ^ of[14][a >> 16 & 255] ^ of[13][a >> 8 & 255] ^
		      of[12][a & 255] ^ of[11][b >> 24] ^ of[10][b >> 16 & 255] ^
		      of[9][b >> 8 & 255] ^ of[8][b & 255] ^ of[7][c >> 24] ^
		      of[6][c >> 16 & 255] ^ of[5][c >> 8 & 255] ^ of[4][c & 255] ^
		      of[3][d >> 24] ^ of[2][d >> 16 & 255] ^ of[1][d >> 8 & 255] ^
		      of[0][d & 255];
	}
	return add_bytes(tables, sum, at, length);
}

uint32_t sum_add(const struct sum_tables *tables, uint32_t sum, const void *bytes,
                 size_t length)
{
	unsigned char rest[FOLDED];
	size_t folded;

	if (!tables->folds)
		return add_pieces(tables, sum, bytes, length);
	if (length < FOLDED)
		return add_bytes(tables, sum, bytes, length);
	folded = fold(sum, bytes, length, rest);
	sum = add_bytes(tables, 0, rest, FOLDED);
	return add_bytes(tables, sum, (const unsigned char *)bytes + folded,
	                 length - folded);
}

/* The product of two polynomials, modulo POLYNOMIAL. */
static uint32_t product(uint32_t a, uint32_t b)
{
	uint32_t sum = 0;

	for (int bit = 31; bit >= 0; bit--)
		sum = times_x(sum) ^ (b >> bit & 1 ? a : 0);
	return sum;
}

uint32_t sum_add_zeros(uint32_t sum, uint64_t length)
{
	uint32_t power = 1 << 8; /* x to the power of 8: one byte of zeros */

	for (; length > 0; length >>= 1) {
		if (length & 1)
			sum = product(sum, power);
		power = product(power, power);
	}
	return sum;
}

uint32_t sum_end(const struct sum_tables *tables, uint32_t sum, uint64_t length)
{
	for (; length > 0; length >>= 8) {
		unsigned char byte = (unsigned char)length;

		sum = sum_add(tables, sum, &byte, 1);
	}
	return ~sum;
}

uint32_t sum_of_record(const struct sum_tables *tables, const char *name,
                       const char *value)
{
	size_t length = strlen(name) + 1 + strlen(value);
	uint32_t sum = sum_add(tables, 0, name, strlen(name));

	sum = sum_add(tables, sum, "=", 1);
	sum = sum_add(tables, sum, value, strlen(value));
	return sum_end(tables, sum, length);
}
