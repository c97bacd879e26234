/* SPDX-License-Identifier: MIT */
/* fields.c - numbers in fields: every width, both byte orders, and concurrent changes */

#include <errno.h>
#include <pthread.h>
#include <string.h>

#include "api.h"

static void numbers(void)
{
	static const uint64_t all[] = {
		0, 1, 0x80, 0x7f, 0x8001, 0x80000001, UINT64_C(1) << 63
	};
	static const uint64_t ones = 0x0101010101010101;
	int id = make(SIZE);
	struct shmbox_map map = attach(id);
	struct shmbox_map reader;
	static const uint64_t one = 1;
	uint64_t got[3];
	uint64_t seen;
	int rc;

	for (unsigned width = 1; width <= 8; width *= 2) {
		uint64_t mask = UINT64_MAX >> (64 - 8 * width);
		struct shmbox_field field = { .width = width,
			                      .offset = 4096,
			                      .count = 1 };

		for (size_t i = 0; i < 4 * sizeof(all) / sizeof(*all); i++) {
			uint64_t value = all[i / 4] & mask;
			unsigned char bytes[8];

			field.swapped = i & 1;
			field.kind = i & 2 ? SHMBOX_SIGNED : SHMBOX_UNSIGNED;
			/* one that is below zero has ones above its bits */
			if (field.kind == SHMBOX_SIGNED && value & (mask / 2 + 1))
				value |= ~mask;
			rc = shmbox_field_update(&map, &field, SHMBOX_SET, &value, NULL,
			                         got);
			assert(rc == 0);
			assert(got[0] == value);
			rc = shmbox_field_load(&map, &field, got + 1);
			assert(rc == 0 && got[1] == got[0]);
			shmbox_read(&map, 4096, bytes, width);
			value = 0;
			for (unsigned j = 0; j < width; j++)
				value = value << 8 |
				        bytes[little() != field.swapped ? width - 1 - j
				                                        : j];
			assert(value == (got[0] & mask));
			rc = shmbox_field_exchange(
				&map, &field,
				&(struct shmbox_swap){ .expected = got[0] ^ 1,
			                               .value = 7,
			                               .seen = &seen });
			assert(rc == -ETIMEDOUT && seen == got[0]);
			seen = ~got[0];
			rc = shmbox_field_exchange(
				&map, &field,
				&(struct shmbox_swap){
					.expected = got[0], .value = 7, .seen = &seen });
			assert(rc == 0 && seen == got[0]);
			rc = shmbox_field_load(&map, &field, got);
			assert(rc == 0 && got[0] == 7);
			rc = shmbox_field_update(&map, &field, SHMBOX_ADD, &one, got,
			                         got + 1);
			assert(rc == 0 && got[0] == 7 && got[1] == 8);
		}
	}
	rc = shmbox_field_load(
		&map, &(struct shmbox_field){ .width = 4, .offset = 2, .count = 1 }, got);
	assert(rc == -EINVAL);
	rc = shmbox_field_load(&map, &(struct shmbox_field){ .width = 3, .count = 1 },
	                       got);
	assert(rc == -EINVAL);
	rc = shmbox_field_load(&map, &(struct shmbox_field){ 0 }, got);
	assert(rc == -EINVAL);
	rc = shmbox_field_update(&map, &(struct shmbox_field){ 0 }, SHMBOX_SET, all, NULL,
	                         NULL);
	assert(rc == -EINVAL);
	rc = shmbox_field_exchange(&map, &(struct shmbox_field){ 0 },
	                           &(struct shmbox_swap){ 0 });
	assert(rc == -EINVAL);
	rc = shmbox_field_load(
		&map,
		&(struct shmbox_field){ .width = 2, .offset = SIZE - 2, .count = 2 },
		got);
	assert(rc == -ERANGE);
	rc = shmbox_field_load(
		&map, &(struct shmbox_field){ .width = 8, .count = UINT64_MAX / 4 }, got);
	assert(rc == -ERANGE);
	rc = shmbox_field_load(
		&map,
		&(struct shmbox_field){
			.width = 4, .offset = 1, .count = 2, .tear = true },
		got);
	assert(rc == 0);
	rc = shmbox_attach(id, SHMBOX_READ_ONLY, &reader);
	assert(rc == 0);
	/* no width is read by an instruction that writes */
	assert(shmbox_write(&map, 4096, &ones, 8) == 8);
	for (unsigned width = 1; width <= 8; width *= 2) {
		rc = shmbox_field_load(&reader,
		                       &(struct shmbox_field){ .width = width,
		                                               .offset = 4096,
		                                               .count = 1 },
		                       got);
		assert(rc == 0 && got[0] == ones >> (64 - 8 * width));
	}
	rc = shmbox_field_update(&reader,
	                         &(struct shmbox_field){ .width = 4, .count = 1 },
	                         SHMBOX_SET, all, NULL, NULL);
	assert(rc == -EACCES);
	rc = shmbox_field_exchange(&reader,
	                           &(struct shmbox_field){ .width = 4, .count = 1 },
	                           &(struct shmbox_swap){ .expected = 0, .value = 0 });
	assert(rc == -EACCES);
	shmbox_detach(&reader);
	shmbox_detach(&map);
	destroy(id);
}

static int exchange(const struct shmbox_map *map, const struct shmbox_field *field,
                    uint64_t expected, uint64_t value)
{
	const struct shmbox_swap swap = { .expected = expected, .value = value };

	return shmbox_field_exchange(map, field, &swap);
}

/* What a field of one byte cannot contain is refused, and changes nothing. */
static void numbers_have_to_fit(void)
{
	static const struct shmbox_field u8 = { .width = 1, .count = 2 };
	static const struct shmbox_field i8 = { .kind = SHMBOX_SIGNED,
		                                .width = 1,
		                                .count = 1 };
	static const struct shmbox_field one = { .width = 1, .count = 1 };
	static const struct shmbox_field odd = { .kind = (enum shmbox_kind)99,
		                                 .width = 4,
		                                 .count = 1 };
	static const uint64_t minus = UINT64_MAX; /* -1 */
	static const uint64_t large[] = { 1, 256 };
	static const uint64_t high = 255;
	int id = make(SIZE);
	struct shmbox_map map = attach(id);
	uint64_t got[2] = { 1, 1 };

	for (enum shmbox_change_by by = SHMBOX_SET; by <= SHMBOX_XOR; by++) {
		assert(shmbox_field_update(&map, &u8, by, large, NULL, got) == -ERANGE);
		assert(shmbox_field_update(&map, &one, by, &minus, NULL, NULL) ==
		       -ERANGE);
		assert(shmbox_field_update(&map, &i8, by, &high, NULL, NULL) ==
		       (by > SHMBOX_SUBTRACT ? 0 : -ERANGE));
		assert(shmbox_field_update(&map, &i8, SHMBOX_SET, &minus, NULL, got) ==
		       0);
		assert(got[0] == minus);
		got[0] = 0;
		assert(shmbox_field_update(&map, &i8, SHMBOX_SET, got, got, NULL) == 0);
		assert(got[0] == minus);
	}
	/* 256 is not the 0 that is there */
	assert(exchange(&map, &one, 256, 1) == -ERANGE);
	assert(exchange(&map, &one, 0, 256) == -ERANGE);
	assert(exchange(&map, &one, 0, minus) == -ERANGE);
	assert(exchange(&map, &i8, 0, 128) == -ERANGE);
	assert(shmbox_field_update(&map, &one, (enum shmbox_change_by)99, large, NULL,
	                           NULL) == -EINVAL);
	assert(shmbox_field_update(&map, &odd, SHMBOX_SET, large, NULL, NULL) == -EINVAL);
	assert(exchange(&map, &odd, 0, 1) == -EINVAL);
	assert(shmbox_field_load(&map, &odd, got) == -EINVAL);
	assert(shmbox_field_load(&map, &u8, got) == 0 && got[0] == 0 && got[1] == 0);
	shmbox_detach(&map);
	destroy(id);
}

static void floats(void)
{
	int id = make(SIZE);
	struct shmbox_map map = attach(id);
	const struct shmbox_field field = { .kind = SHMBOX_FLOAT,
		                            .width = 8,
		                            .count = 1 };
	double number = 0.5;
	uint64_t bits;
	int rc;

	memcpy(&bits, &number, sizeof(bits));
	rc = shmbox_field_update(&map, &field, SHMBOX_ADD, &bits, NULL, NULL);
	assert(rc == 0);
	rc = shmbox_field_update(&map, &field, SHMBOX_ADD, &bits, NULL, &bits);
	assert(rc == 0);
	memcpy(&number, &bits, sizeof(bits));
	assert(number == 1);
	rc = shmbox_field_update(&map, &field, SHMBOX_OR, &bits, NULL, NULL);
	assert(rc == -EINVAL);
	shmbox_detach(&map);
	destroy(id);
}

static struct shmbox_map raced;

static void *count_up(void *unused)
{
	static const unsigned widths[] = { 1, 2, 4, 8 };
	const uint64_t one = 1;

	for (int i = 0; i < 20000; i++) {
		for (unsigned j = 0; j < 4; j++) {
			const struct shmbox_field field = {
				.width = widths[j],
				.swapped = i & 1,
				.offset = widths[j] * 2 + (i & 1) * widths[j],
				.count = 1,
			};

			if (shmbox_field_update(&raced, &field, SHMBOX_ADD, &one, NULL,
			                        NULL) < 0)
				return &raced;
		}
	}
	return unused;
}

static void loses_no_update(void)
{
	pthread_t threads[THREADS];
	uint64_t got[2];
	int id = make(SIZE);

	raced = attach(id);
	for (int i = 0; i < THREADS; i++)
		pthread_create(&threads[i], NULL, count_up, NULL);
	for (int i = 0; i < THREADS; i++) {
		void *failed = NULL;

		pthread_join(threads[i], &failed);
		assert(!failed);
	}
	for (unsigned width = 1; width <= 8; width *= 2) {
		uint64_t mask = UINT64_MAX >> (64 - 8 * width);
		struct shmbox_field field = { .width = width,
			                      .offset = width * 2,
			                      .count = 1 };

		shmbox_field_load(&raced, &field, got);
		field.swapped = true;
		field.offset += width;
		shmbox_field_load(&raced, &field, got + 1);
		assert(got[0] == (THREADS * 10000 & mask));
		assert(got[1] == got[0]);
	}
	shmbox_detach(&raced);
	destroy(id);
}

const struct test fields_tests[] = {
	{ TEST(numbers) },
	{ TEST(numbers_have_to_fit) },
	{ TEST(floats) },
	{ TEST(loses_no_update) },
	{ 0 },
};
