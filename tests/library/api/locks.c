/* SPDX-License-Identifier: MIT */
/* locks.c - a lock in a segment has one owner, and outlives its death */

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "api.h"

enum { LOCK = 8, COUNTER = 64, CHILDREN = 4, STEPS = 500 };

static void locks(void)
{
	int id = make(SIZE);
	struct shmbox_map map = attach(id);
	const uint64_t self = shmbox_self();
	int rc;

	assert(self && self == shmbox_self());
	rc = shmbox_mutex_unlock(&map, LOCK, self);
	assert(rc == -EPERM);
	rc = shmbox_mutex_lock(&map, LOCK, self, 0);
	assert(rc == 0);
	rc = shmbox_mutex_lock(&map, LOCK, self, SHMBOX_FOREVER);
	assert(rc == -EDEADLK);
	rc = shmbox_mutex_unlock(&map, LOCK, self + 1);
	assert(rc == -EPERM);
	rc = shmbox_mutex_unlock(&map, LOCK, self);
	assert(rc == 0);
	rc = shmbox_mutex_lock(&map, LOCK + 4, self, 0);
	assert(rc == -EINVAL);
	rc = shmbox_mutex_lock(&map, LOCK, 0, 0);
	assert(rc == -EINVAL);
	rc = shmbox_mutex_lock(&map, SIZE - 4, self, 0);
	assert(rc == -ERANGE);
	shmbox_detach(&map);
	destroy(id);
}

/* A counter that is read and written in two steps, which the lock alone makes one. */
static void count_up(const struct shmbox_map *map)
{
	volatile uint32_t *counter =
		(volatile uint32_t *)((char *)map->address + COUNTER);
	const uint64_t self = shmbox_self();

	for (int i = 0; i < STEPS; i++) {
		int rc = shmbox_mutex_lock(map, LOCK, self, SHMBOX_FOREVER);
		uint32_t before = *counter;

		assert(rc == 0);
		if (i % 64 == 0)
			usleep(1);
		*counter = before + 1;
		assert(shmbox_mutex_unlock(map, LOCK, self) == 0);
	}
}

static void locks_exclude(void)
{
	int id = make(SIZE);
	struct shmbox_map map = attach(id);
	pid_t children[CHILDREN];
	uint32_t counted;
	int status;

	for (int i = 0; i < CHILDREN; i++) {
		children[i] = fork();
		assert(children[i] >= 0);
		if (children[i] == 0) {
			count_up(&map);
			_exit(0);
		}
	}
	for (int i = 0; i < CHILDREN; i++)
		assert(waitpid(children[i], &status, 0) == children[i] && status == 0);
	shmbox_read(&map, COUNTER, &counted, sizeof(counted));
	assert(counted == CHILDREN * STEPS);
	shmbox_detach(&map);
	destroy(id);
}

/* A process that has taken the lock, and then sleeps. */
static pid_t start_owner(const struct shmbox_map *map)
{
	int ends[2];
	char byte = 0;
	pid_t child;

	assert(pipe(ends) == 0);
	child = fork();
	assert(child >= 0);
	if (child == 0) {
		byte = (char)shmbox_mutex_lock(map, LOCK, shmbox_self(), SHMBOX_FOREVER);
		if (write(ends[1], &byte, 1) == 1)
			pause();
		_exit(1);
	}
	assert(read(ends[0], &byte, 1) == 1);
	assert(byte == 0);
	close(ends[0]);
	close(ends[1]);
	return child;
}

static void locks_outlive_owners(void)
{
	int id = make(SIZE);
	struct shmbox_map map = attach(id);
	const uint64_t self = shmbox_self();
	pid_t owner = start_owner(&map);
	siginfo_t ended;
	int rc = shmbox_mutex_lock(&map, LOCK, self, 100000000);

	assert(rc == -ETIMEDOUT);
	kill(owner, SIGKILL);
	/* it has exited, and nobody has waited for it: /proc shows a zombie */
	assert(waitid(P_PID, (id_t)owner, &ended, WEXITED | WNOWAIT) == 0);
	rc = shmbox_mutex_lock(&map, LOCK, self, SHMBOX_FOREVER);
	assert(rc == SHMBOX_OWNER_DIED);
	rc = shmbox_mutex_unlock(&map, LOCK, self);
	assert(rc == 0);
	assert(waitpid(owner, NULL, 0) == owner);

	owner = start_owner(&map);
	kill(owner, SIGKILL);
	assert(waitpid(owner, NULL, 0) == owner);
	rc = shmbox_mutex_lock(&map, LOCK, self, SHMBOX_FOREVER);
	assert(rc == SHMBOX_OWNER_DIED);
	rc = shmbox_mutex_lock(&map, LOCK, self, 0);
	assert(rc == -EDEADLK);
	shmbox_detach(&map);
	destroy(id);
}

/* A thread of another PID namespace, of which nothing is known, counts as alive. */
static void locks_of_strangers(void)
{
	int id = make(SIZE);
	struct shmbox_map map = attach(id);
	uint64_t stranger = shmbox_self();
	uint32_t words[2];
	int rc;

	memcpy(words, &stranger, sizeof(words));
	words[0] ^= 1U << 31;
	words[1] ^= 1U << 31;
	memcpy(&stranger, words, sizeof(words));
	assert(shmbox_write(&map, LOCK, words, sizeof(words)) == sizeof(words));
	rc = shmbox_mutex_lock(&map, LOCK, shmbox_self(), 200000000);
	assert(rc == -ETIMEDOUT);
	rc = shmbox_mutex_unlock(&map, LOCK, stranger);
	assert(rc == 0);
	shmbox_detach(&map);
	destroy(id);
}

const struct test locks_tests[] = {
	{ TEST(locks) },
	{ TEST(locks_exclude) },
	{ TEST(locks_outlive_owners) },
	{ TEST(locks_of_strangers) },
	{ 0 },
};
