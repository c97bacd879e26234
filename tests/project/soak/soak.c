/* SPDX-License-Identifier: MIT */
/*
 * soak.c - processes that change the same fields by libshmbox at the same time, for soak.bats
 *
 * usage: soak ID PROCESSES ROUNDS
 *
 * Each process makes ROUNDS rounds. In a round it changes every field below once. A field of
 * fewer than 8 bytes has others in the same 8 bytes, which other calls change. What the fields
 * contain in the end is for the caller to judge.
 */

#undef NDEBUG
#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <shmbox/shmbox.h>

static struct shmbox_map map;

static const struct shmbox_field added[] = {
	{ .kind = SHMBOX_UNSIGNED, .width = 8, .offset = 0, .count = 1 },
	{ .kind = SHMBOX_UNSIGNED, .width = 4, .offset = 8, .count = 1 },
	{ .kind = SHMBOX_UNSIGNED, .width = 2, .offset = 12, .count = 1 },
	{ .kind = SHMBOX_UNSIGNED, .width = 1, .offset = 14, .count = 1 },
	{ .kind = SHMBOX_UNSIGNED, .width = 1, .offset = 15, .count = 1 },
	{ .kind = SHMBOX_SIGNED, .width = 8, .offset = 16, .count = 1, .swapped = true },
	{ .kind = SHMBOX_FLOAT, .width = 8, .offset = 24, .count = 1 },
	{ .kind = SHMBOX_UNSIGNED, .width = 4, .offset = 32, .count = 2 },
};

static void add_once(const struct shmbox_field *field)
{
	const double one = 1;
	uint64_t numbers[2] = { 1, 1 };

	if (field->kind == SHMBOX_FLOAT)
		memcpy(numbers, &one, sizeof(one));
	assert(shmbox_field_update(&map, field, SHMBOX_ADD, numbers, NULL, NULL) == 0);
}

/* Adds one to a field by shmbox_field_exchange() alone. */
static void exchange_once(void)
{
	const struct shmbox_field field = { .width = 8, .offset = 40, .count = 1 };
	uint64_t old;
	int rc;

	do {
		assert(shmbox_field_load(&map, &field, &old) == 0);
		rc = shmbox_field_exchange(
			&map, &field,
			&(struct shmbox_swap){ .expected = old, .value = old + 1 });
		assert(rc == 0 || rc == -ETIMEDOUT);
	} while (rc < 0);
}

/* Each process turns a bit of its own over. */
static void toggle(unsigned process)
{
	const struct shmbox_field field = { .width = 8, .offset = 48, .count = 1 };
	const uint64_t bit = UINT64_C(1) << process;

	assert(shmbox_field_update(&map, &field, SHMBOX_XOR, &bit, NULL, NULL) == 0);
}

int main(int argc, char **argv)
{
	assert(argc == 4);
	assert(shmbox_attach(atoi(argv[1]), 0, &map) == 0);
	for (int process = 0; process < atoi(argv[2]); process++) {
		pid_t pid = fork();

		assert(pid >= 0);
		if (pid > 0)
			continue;
		for (int round = atoi(argv[3]); round > 0; round--) {
			for (size_t i = 0; i < sizeof(added) / sizeof(*added); i++)
				add_once(&added[i]);
			exchange_once();
			toggle((unsigned)process);
		}
		_exit(0);
	}
	for (int status; wait(&status) > 0;)
		assert(status == 0);
	return 0;
}
