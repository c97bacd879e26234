/* SPDX-License-Identifier: MIT */
/*
 * wait.c - wait for a condition on a segment
 *
 * A process that changes a word and wakes it (futex(2)) ends a wait at once, even if the
 * waiter has a read-only attach. A plain store and a removal wake no process, so the
 * condition is also checked from time to time (docs/kernel.md, Waiting).
 */

#include <limits.h>
#include <linux/futex.h>
#include <sys/syscall.h>
#include <time.h>

#include "bytes/source.h"
#include "bytes/touch.h"
#include "values/wait.h"

/* Nanoseconds. The interval between two checks doubles from FIRST to LONGEST. */
enum { MILLISECOND = 1000000, FIRST = MILLISECOND, LONGEST = 50 * MILLISECOND };
enum { SECOND = 1000000000 };

enum { WORD = 4 }; /* bytes of a futex */

/* Checks take at most one part in CHECK_SHARE of the time. */
enum { CHECK_SHARE = 20 };

/* Scans of all processes take at most one part in SCAN_SHARE of the time. */
enum { SCAN_SHARE = 200 };

/* Checks in a row after a wake-up or a changed word, before one full interval. */
enum { MAX_EARLY = 8 };

/* Words that one call wakes at most. Waiters on other words see a change later. */
enum { MOST_WAKES = 1024 };

int wake_words(const struct shmbox_map *map, uint64_t offset, uint64_t length,
               uint64_t step, int count)
{
	char *at = (char *)map->address + (offset - offset % WORD);
	const char *end = (char *)map->address + offset + length;
	long woken = 0;

	for (int calls = 0; at < end && calls < MOST_WAKES; calls++) {
		long rc = syscall(SYS_futex, at, FUTEX_WAKE, count, NULL, NULL, 0);

		if (rc < 0)
			return -errno;
		woken += rc;
		at += step;
	}
	return woken < INT_MAX ? (int)woken : INT_MAX;
}

int shmbox_wake(const struct shmbox_map *map, uint64_t offset, uint64_t length, int count)
{
	int rc = map->address ? check_range(map, offset, length) : -EACCES;

	if (rc == 0 && count <= 0)
		rc = -EINVAL;
	return rc < 0 ? rc : wake_words(map, offset, length, WORD, count);
}

static uint64_t read_clock(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return (uint64_t)now.tv_sec * SECOND + (uint64_t)now.tv_nsec;
}

/* The state of one wait. */
struct waiting {
	const struct shmbox_watch *watch;
	uint64_t interval;     /* nanoseconds, like all times here */
	unsigned early_checks; /* checks in a row before the end of the interval */
	bool on_word;          /* it may sleep on the word */
	bool began;            /* was_marked is set */
	bool was_marked;      /* the segment was marked for removal when the wait began */
	uint64_t scan_due;    /* time of the next scan for processes that only wait */
	void *sign;           /* shows other processes that we wait, or NULL */
	unsigned scans_alone; /* scans in a row in which all holders only waited */
};

/* Returns the segment whose removal ends the wait, or SHMBOX_UNKNOWN. */
static int watched_id(const struct shmbox_watch *watch)
{
	if (watch->map)
		return watch->map->id;
	return watch->info ? watch->info->id : SHMBOX_UNKNOWN;
}

/* Scans from time to time: holders that all wait for each other would wait for ever. */
static bool only_waiters_left(struct waiting *waiting)
{
	uint64_t now = read_clock(CLOCK_MONOTONIC);
	uint64_t cost;

	if (now < waiting->scan_due)
		return false;
	if (!waiting->sign)
		waiting->sign = show_sign(watched_id(waiting->watch));
	waiting->scans_alone =
		waiting->sign && all_holders_wait(watched_id(waiting->watch))
			? waiting->scans_alone + 1
			: 0;
	cost = (read_clock(CLOCK_MONOTONIC) - now) * SCAN_SHARE;
	waiting->scan_due = now + (cost > SECOND ? cost : SECOND);
	/* scan twice: a waiter may be about to end its wait, and write */
	return waiting->scans_alone > 1;
}

static bool is_removed(struct waiting *waiting)
{
	const struct shmbox_watch *watch = waiting->watch;
	struct shmbox_info now;
	int id = watched_id(watch);
	int rc;

	if (id < 0)
		return false;
	rc = shmbox_stat(id, &now);
	if (rc < 0)
		return rc == -ENOENT;
	if (watch->info && shmbox_is_gone(watch->info))
		return true;
	if (!waiting->began)
		waiting->was_marked = watch->flags & SHMBOX_DESPITE_MARK ||
		                      (watch->info ? watch->info : &now)->removed;
	waiting->began = true;
	if (!now.removed || !waiting->was_marked)
		return now.removed;
	return watch->map && watch->map->address &&
	       (now.attached <= 1 || only_waiters_left(waiting));
}

static char *word_of(const struct shmbox_watch *watch)
{
	return (char *)watch->map->address + watch->word;
}

/*
 * Returns the word before the check: FUTEX_WAIT then returns at once if it has changed
 * since. Does not take a huge page from the pool for that: the wait only checks until a
 * process writes there.
 */
static uint32_t load_word(struct waiting *waiting)
{
	const struct shmbox_watch *watch = waiting->watch;

	waiting->on_word =
		watch->wakeable && !would_take_huge_page(watch->map, watch->word);
	if (!waiting->on_word || touch(word_of(watch), WORD, false) < 0)
		return 0;
	return __atomic_load_n((uint32_t *)word_of(watch), __ATOMIC_SEQ_CST);
}

/* Sleeps until the word is woken. Returns true if the whole time has passed. */
static bool sleep_on_word(const struct shmbox_watch *watch, uint32_t seen, long span)
{
	/* struct timespec of this system call has two longs on 32-bit machines too */
	const long time[2] = { 0, span };
	long rc = syscall(SYS_futex, word_of(watch), FUTEX_WAIT, seen, time, NULL, 0);

	if (rc == 0 || errno == EAGAIN || errno == EINTR)
		return false;
	if (errno != ETIMEDOUT)
		nanosleep(&(struct timespec){ .tv_nsec = span }, NULL);
	return true;
}

static void pause_checks(struct waiting *waiting, uint32_t seen, uint64_t span)
{
	const struct shmbox_watch *watch = waiting->watch;
	const struct timespec time = { .tv_sec = (time_t)(span / SECOND),
		                       .tv_nsec = (long)(span % SECOND) };

	/* rate-limit wake-ups of a word that changes constantly */
	if (waiting->on_word && span < SECOND && waiting->early_checks < MAX_EARLY) {
		waiting->early_checks++;
		if (!sleep_on_word(watch, seen, time.tv_nsec))
			return;
	} else {
		nanosleep(&time, NULL);
	}
	waiting->early_checks = 0;
	if (waiting->interval < LONGEST)
		waiting->interval =
			waiting->interval * 2 < LONGEST ? waiting->interval * 2 : LONGEST;
}

/* Returns the time to the next check: cost is that of the last one, left is the rest. */
static uint64_t next_span(const struct waiting *waiting, uint64_t cost, uint64_t left)
{
	uint64_t span = cost * CHECK_SHARE > waiting->interval ? cost * CHECK_SHARE
	                                                       : waiting->interval;

	return span < left ? span : left;
}

static int check_until(struct waiting *waiting, uint64_t began)
{
	const struct shmbox_watch *watch = waiting->watch;

	for (;;) {
		/* before the check: a change that came before the removal still counts */
		bool gone = is_removed(waiting);
		uint64_t passed = read_clock(CLOCK_MONOTONIC) - began;
		uint64_t before = read_clock(CLOCK_THREAD_CPUTIME_ID);
		uint32_t seen = load_word(waiting);
		int rc = watch->look(watch->data);
		uint64_t cost = read_clock(CLOCK_THREAD_CPUTIME_ID) - before;

		if (rc != 0)
			return rc;
		if (gone)
			return -ENOENT;
		if (passed >= watch->timeout)
			return -ETIMEDOUT;
		pause_checks(waiting, seen,
		             next_span(waiting, cost, watch->timeout - passed));
	}
}

static int check_watch(const struct shmbox_watch *watch)
{
	const struct shmbox_map *map = watch->map;

	if (!watch->look || watch->flags & ~(unsigned)SHMBOX_DESPITE_MARK)
		return -EINVAL;
	if (!watch->wakeable)
		return 0;
	if (!map || !map->address || watch->word % WORD)
		return -EINVAL;
	/* the last word may be incomplete: the rest of it is in the same page */
	return watch->word < map->size ? 0 : -EINVAL;
}

int shmbox_wait(const struct shmbox_watch *watch)
{
	uint64_t began = read_clock(CLOCK_MONOTONIC);
	struct waiting waiting = {
		.watch = watch,
		.interval = FIRST,
		.scan_due = began + SECOND,
	};
	int rc = check_watch(watch);

	if (rc == 0)
		rc = check_until(&waiting, began);
	remove_sign(waiting.sign);
	return rc;
}
