/* SPDX-License-Identifier: MIT */
/*
 * mutex.c - a lock in a segment, which is taken over from a thread that has exited
 *
 * The kernel's robust futexes belong to the C library, whose locks differ from one library
 * to the next. Here the lock names its owner: a thread, when it was started, and its PID
 * namespace. A thread that waits notices when the owner has exited, and takes the lock
 * over.
 */

#include <limits.h>
#include <signal.h>
#include <sys/stat.h>

#include "bytes/job.h"
#include "bytes/touch.h"
#include "proc/process.h"
#include "values/element.h"

enum { MUTEX = 8 }; /* bytes */

/*
 * The words of a lock. A thread id has at most 22 bits (PID_MAX_LIMIT of linux/threads.h),
 * which leaves 10 of the first word. The lock has 20 bits of the start time. If a
 * thread id is used again, and the start times are equal modulo three hours, the lock looks
 * owned, and no thread takes it over.
 */
enum { THREAD_BITS = 22, START_BITS = 20 };

static uint32_t low_bits(uint64_t number, unsigned bits)
{
	return (uint32_t)(number & ((UINT64_C(1) << bits) - 1));
}

static uint64_t from_words(uint32_t first, uint32_t second)
{
	const uint32_t words[] = { first, second };

	return element_copy(words, MUTEX);
}

/* Returns the number of our PID namespace, or 0 if /proc is not there. */
static uint64_t pid_namespace(void)
{
	struct stat st;

	return stat("/proc/self/ns/pid", &st) == 0 ? (uint64_t)st.st_ino : 0;
}

static uint64_t owner_of(pid_t thread, uint64_t start, uint64_t namespace)
{
	return from_words(
		(uint32_t)thread | low_bits(namespace, 32 - THREAD_BITS) << THREAD_BITS,
		low_bits(start, START_BITS) |
			low_bits(namespace >> (32 - THREAD_BITS), 32 - START_BITS)
				<< START_BITS);
}

uint64_t shmbox_self(void)
{
	pid_t thread = (pid_t)syscall(SYS_gettid);

	return owner_of(thread, start_of(thread), pid_namespace());
}

/* True only if it is certain: a thread in another PID namespace may be alive. */
static bool has_died(uint64_t owner)
{
	uint32_t words[2];
	pid_t thread;
	uint64_t start;
	int threads;
	int state;

	element_put(words, owner, MUTEX);
	thread = (pid_t)low_bits(words[0], THREAD_BITS);
	if (owner_of(thread, low_bits(words[1], START_BITS), pid_namespace()) != owner)
		return false;
	if (kill(thread, 0) < 0 && errno == ESRCH)
		return true;
	state = state_of(thread, &threads);
	if (state == 'Z' || state == 'X')
		return true;
	start = start_of(thread);
	return start && low_bits(start, START_BITS) != low_bits(words[1], START_BITS);
}

struct locking {
	void *at;
	uint64_t self;
	bool looked; /* owner was read by an earlier try */
	uint64_t owner;
};

/* What try_lock() returns; 0 means that the wait goes on. */
enum { TAKEN = 1, TAKEN_OVER = TAKEN + SHMBOX_OWNER_DIED };

/*
 * Takes the lock if it is free, or if its owner has died. The owner is
 * inspected only if it was the same at the last try, because that takes system calls.
 */
static int try_lock(void *data)
{
	struct locking *locking = data;
	uint64_t owner = element_swap(locking->at, MUTEX, 0, locking->self);

	if (owner == 0)
		return TAKEN;
	if (owner == locking->self)
		return -EDEADLK;
	if (!locking->looked || owner != locking->owner) {
		locking->looked = true;
		locking->owner = owner;
		return 0;
	}
	if (has_died(owner) &&
	    element_swap(locking->at, MUTEX, owner, locking->self) == owner)
		return TAKEN_OVER;
	return 0;
}

static int check_mutex(const struct shmbox_map *map, uint64_t offset)
{
	int rc = check_range(map, offset, MUTEX);

	if (rc < 0)
		return rc;
	if (!map->address || !map->writable)
		return -EACCES;
	return offset % MUTEX ? -EINVAL
	                      : touch((char *)map->address + offset, MUTEX, true);
}

int shmbox_mutex_lock(const struct shmbox_map *map, uint64_t offset, uint64_t self,
                      uint64_t timeout)
{
	struct locking locking = { .self = self };
	const struct shmbox_watch watch = {
		.look = try_lock,
		.data = &locking,
		.timeout = timeout,
		.map = map,
		.flags = SHMBOX_DESPITE_MARK,
		.wakeable = true,
		.word = offset,
	};
	int rc = self ? check_mutex(map, offset) : -EINVAL;

	if (rc < 0)
		return rc;
	locking.at = (char *)map->address + offset;
	rc = try_lock(&locking);
	if (rc == 0)
		rc = shmbox_wait(&watch);
	return rc < 0 ? rc : rc - TAKEN;
}

int shmbox_mutex_unlock(const struct shmbox_map *map, uint64_t offset, uint64_t self)
{
	int rc = self ? check_mutex(map, offset) : -EINVAL;

	if (rc < 0)
		return rc;
	if (element_swap((char *)map->address + offset, MUTEX, self, 0) != self)
		return -EPERM;
	rc = shmbox_wake(map, offset, 1, INT_MAX);
	return rc < 0 ? rc : 0;
}
