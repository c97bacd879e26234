/* SPDX-License-Identifier: MIT */
/*
 * digest.c - a 64-bit digest of bytes, to detect changes without a copy
 *
 * The digest is a sum over all words of 8 bytes that are not zero, each mixed with its
 * position. It therefore depends neither on the bounds of holes nor on the pieces in
 * which bytes arrive.
 */

#include "core.h"

enum { WORD = 8 };

struct sum {
	uint64_t position; /* of the next byte in the range */
	uint64_t word;     /* the earlier bytes of the word at position */
	uint64_t total;
};

/* The finalizer of MurmurHash3 (public domain), which is a bijection. */
static uint64_t mix(uint64_t x)
{
	x = (x ^ x >> 33) * 0xff51afd7ed558ccd;
	x = (x ^ x >> 33) * 0xc4ceb9fe1a85ec53;
	return x ^ x >> 33;
}

static void add_word(struct sum *sum, uint64_t word)
{
	if (word)
		sum->total += mix(word ^ mix(sum->position / WORD + 1));
}

static void add_byte(struct sum *sum, unsigned char byte)
{
	sum->word |= (uint64_t)byte << 8 * (sum->position % WORD);
	if (sum->position % WORD == WORD - 1) {
		add_word(sum, sum->word);
		sum->word = 0;
	}
	sum->position++;
}

static int add_piece(void *data, const void *bytes, uint64_t length)
{
	struct sum *sum = data;
	const unsigned char *at = bytes;
	const unsigned char *end = at ? at + length : NULL;

	while (at < end) {
		uint64_t word;

		if (sum->position % WORD || end - at < WORD) {
			add_byte(sum, *at++);
			continue;
		}
		memcpy(&word, at, WORD);
		/* add_byte() builds words in little-endian order */
		add_word(sum, __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
		                      ? __builtin_bswap64(word)
		                      : word);
		at += WORD;
		sum->position += WORD;
	}
	/* a hole may start and end inside a word, whose other bytes may not be zero */
	for (; !bytes && length && sum->position % WORD; length--)
		add_byte(sum, 0);
	if (!bytes && length) {
		sum->position += length & ~(uint64_t)(WORD - 1);
		for (length %= WORD; length; length--)
			add_byte(sum, 0);
	}
	return 0;
}

int shmbox_digest(const struct shmbox_map *map, uint64_t offset, uint64_t length,
                  uint64_t *digest)
{
	struct shmbox_job job = { .offset = offset, .length = length };
	struct sum sum = { 0 };
	int rc = shmbox_walk(map, &job, add_piece, &sum);

	if (rc < 0)
		return rc;
	add_word(&sum, sum.word);
	*digest = sum.total;
	return 0;
}
