/* SPDX-License-Identifier: MIT */
/* holders.c - the processes that have a segment attached */

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "api.h"

/* A child that has two attaches of one segment, one read-only, and one of another. */
static pid_t hold(int twice, int once)
{
	char ready;
	int ends[2];
	pid_t child;

	assert(pipe(ends) == 0);
	child = fork();
	assert(child >= 0);
	if (child == 0) {
		struct shmbox_map maps[3];

		assert(shmbox_attach(twice, 0, &maps[0]) == 0);
		assert(shmbox_attach(twice, SHMBOX_READ_ONLY, &maps[1]) == 0);
		assert(shmbox_attach(once, 0, &maps[2]) == 0);
		memset(maps[2].address, 1, 1);
		assert(write(ends[1], "", 1) == 1);
		for (;;)
			pause();
	}
	assert(read(ends[0], &ready, 1) == 1);
	close(ends[0]);
	close(ends[1]);
	return child;
}

static void is_in_order(const struct shmbox_holder *holders, int count)
{
	for (int i = 1; i < count; i++) {
		const struct shmbox_holder *a = &holders[i - 1];
		const struct shmbox_holder *b = &holders[i];

		assert(a->id < b->id ||
		       (a->id == b->id &&
		        (a->pid < b->pid || (a->pid == b->pid && a->start < b->start))));
	}
}

static void finds_holders(void)
{
	const struct shmbox_spec keyed = { .key = key, .size = SIZE, .mode = 0600 };
	int twice = shmbox_create(&keyed);
	int once = make(3 * 4096);
	pid_t child = hold(twice, once);
	struct shmbox_holder *holders;
	struct shmbox_info infos[2];
	int count = shmbox_holders(twice, &holders);
	int mine = 0;

	assert(count == 2 && look(twice).attached == 2);
	is_in_order(holders, count);
	for (int i = 0; i < count; i++) {
		assert(holders[i].id == twice && holders[i].pid == child);
		assert(holders[i].key == key && holders[i].huge_page == 0);
		assert(holders[i].end - holders[i].start == 8192);
	}
	assert(holders[0].writable != holders[1].writable);
	assert(shmbox_holder_memory(holders, 2) == 0);
	free(holders);

	count = shmbox_holders(SHMBOX_ALL, &holders);
	is_in_order(holders, count);
	for (int i = 0; i < count; i++)
		mine += holders[i].pid == child;
	assert(mine == 3);
	free(holders);

	/* with counts that fit, of whenever the infos are */
	infos[0] = look(twice);
	infos[1] = look(once);
	infos[0].attached = 7;
	count = shmbox_held(infos, 2, &holders);
	is_in_order(holders, count);
	assert(infos[0].attached == 2 && infos[1].attached == 1);
	assert(shmbox_held_at(holders, count, twice, &mine) == 2);
	assert(holders[mine].id == twice && holders[mine].pid == child);
	assert(!holders[mine].doubtful && holders[mine].thread == child);
	assert(shmbox_held_at(holders, count, once, &mine) == 1);
	assert(shmbox_held_at(holders, count, NO_ID, &mine) == 0);
	free(holders);

	/* one that has gone, and one that never was */
	end_child(child);
	assert(shmbox_held(infos, 2, &holders) >= 0);
	assert(infos[0].attached == 0 && infos[1].attached == 0);
	free(holders);
	assert(shmbox_holders(twice, &holders) == 0);
	free(holders);
	destroy(twice);
	/* one that has gone, one that never was, and what is no id */
	assert(shmbox_holders(twice, &holders) == -ENOENT && !holders);
	assert(shmbox_holders(NO_ID, &holders) == -ENOENT && !holders);
	assert(shmbox_holders(-7, &holders) == -ENOENT && !holders);
	assert(shmbox_holders(SHMBOX_UNKNOWN, &holders) == -ENOENT && !holders);
	destroy(once);
}

static void finds_what_a_process_holds(void)
{
	int twice = make(SIZE);
	int once = make(3 * 4096);
	pid_t child = hold(twice, once);
	struct shmbox_holder *holders;
	int first = twice < once ? twice : once;
	int rc;

	assert(shmbox_held_by(child, &holders) == 3);
	is_in_order(holders, 3);
	assert(holders[0].id == first);
	for (int i = 0; i < 3; i++) {
		assert(holders[i].pid == child);
		if (holders[i].id == once)
			assert(shmbox_holder_memory(&holders[i], 1) == 4096);
	}
	end_child(child);
	assert(shmbox_holder_memory(holders, 1) == SHMBOX_UNKNOWN);
	free(holders);
	assert(shmbox_held_by(getpid(), &holders) == 0);
	free(holders);
	rc = shmbox_held_by(child, &holders);
	assert(rc == -ESRCH || rc == -ENOENT);
	assert(!holders);
	destroy(twice);
	destroy(once);
}

const struct test holders_tests[] = {
	{ TEST(finds_holders) },
	{ TEST(finds_what_a_process_holds) },
	{ 0 },
};
