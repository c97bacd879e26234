/*
 * digest.c - whether bytes have changed, without a copy of them
 *
 * A sum over all words that are not zero, each mixed with its place: so it makes no
 * difference where holes begin and end, and in which pieces the bytes come.
 */

#include "core.h"

enum { WORD = 8 };

struct sum {
	uint64_t place; /* of the next byte, from the beginning of the range */
	uint64_t word;  /* those of its word that came before it */
	uint64_t total;
};

/* The finalizer of MurmurHash3, which is in the public domain: one to one. */
static uint64_t mix(uint64_t x)
{
	x = (x ^ x >> 33) * 0xff51afd7ed558ccd;
	x = (x ^ x >> 33) * 0xc4ceb9fe1a85ec53;
	return x ^ x >> 33;
}

static void add_word(struct sum *sum, uint64_t word)
{
	if (word)
		sum->total += mix(word ^ mix(sum->place / WORD + 1));
}

static void add_byte(struct sum *sum, unsigned char byte)
{
	sum->word |= (uint64_t)byte << 8 * (sum->place % WORD);
	if (sum->place % WORD == WORD - 1) {
		add_word(sum, sum->word);
		sum->word = 0;
	}
	sum->place++;
}

static int add_piece(void *data, const void *bytes, uint64_t length)
{
	struct sum *sum = data;
	const unsigned char *at = bytes;
	const unsigned char *end = at ? at + length : NULL;

	while (at < end) {
		uint64_t word;

		if (sum->place % WORD || end - at < WORD) {
			add_byte(sum, *at++);
			continue;
		}
		memcpy(&word, at, WORD);
		/* as add_byte() makes it */
		add_word(sum, __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
		                      ? __builtin_bswap64(word)
		                      : word);
		at += WORD;
		sum->place += WORD;
	}
	/* a hole may begin and end inside of a word, but holds nothing of it */
	for (; !bytes && length && sum->place % WORD; length--)
		add_byte(sum, 0);
	if (!bytes && length) {
		sum->place += length & ~(uint64_t)(WORD - 1);
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
