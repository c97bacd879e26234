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

/* Checks take at most one part in IDLE of the time. */
enum { IDLE = 20 };

/* Scans of all processes take at most one part in RARELY: they are for waits of hours. */
enum { RARELY = 200 };

/* Checks in a row after a wake-up or a changed word, before one full interval. */
enum { EARLY = 8 };

/* Words that one call wakes at most. Waiters on other words see a change later. */
enum { MOST_WAKES = 1024 };

int wake_words(const struct shmbox_map *map, uint64_t offset, uint64_t length,
               uint64_t step)
{
	char *at = (char *)map->address + (offset - offset % WORD);
	const char *end = (char *)map->address + offset + length;
	long woken = 0;

	for (int calls = 0; at < end && calls < MOST_WAKES; calls++) {
		long rc = syscall(SYS_futex, at, FUTEX_WAKE, INT_MAX, NULL, NULL, 0);

		if (rc < 0)
			return -errno;
		woken += rc;
		at += step;
	}
	return woken < INT_MAX ? (int)woken : INT_MAX;
}

int shmbox_wake(const struct shmbox_map *map, uint64_t offset, uint64_t length)
{
	int rc = map->address ? check_range(map, offset, length) : -EACCES;

	return rc < 0 ? rc : wake_words(map, offset, length, WORD);
}

static uint64_t read_clock(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return (uint64_t)now.tv_sec * SECOND + (uint64_t)now.tv_nsec;
}

/* The state of one wait. */
struct pace {
	const struct shmbox_watch *watch;
	uint64_t interval; /* nanoseconds, like all times here */
	unsigned early;    /* checks in a row before the end of the interval */
	bool on_word;      /* it may sleep on the word */
	bool began;        /* was_marked is set */
	bool was_marked;   /* the segment was marked for removal when the wait began */
	uint64_t due;      /* time of the next scan for processes that only wait */
	void *sign;        /* shows other processes that we wait, or NULL */
	unsigned alone;    /* scans in a row in which all holders only waited */
};

/* Returns the segment whose removal ends the wait, or SHMBOX_UNKNOWN. */
static int watched(const struct shmbox_watch *watch)
{
	if (watch->map)
		return watch->map->id;
	return watch->info ? watch->info->id : SHMBOX_UNKNOWN;
}

/* Scans from time to time: holders that all wait for each other would wait for ever. */
static bool only_waiters_left(struct pace *pace)
{
	uint64_t now = read_clock(CLOCK_MONOTONIC);
	uint64_t cost;

	if (now < pace->due)
		return false;
	if (!pace->sign)
		pace->sign = sign_up(watched(pace->watch));
	pace->alone = pace->sign && all_wait(watched(pace->watch)) ? pace->alone + 1 : 0;
	cost = (read_clock(CLOCK_MONOTONIC) - now) * RARELY;
	pace->due = now + (cost > SECOND ? cost : SECOND);
	/* scan twice: a waiter may be about to end its wait, and write */
	return pace->alone > 1;
}

static bool removed(struct pace *pace)
{
	const struct shmbox_watch *watch = pace->watch;
	struct shmbox_info now;
	int id = watched(watch);
	int rc;

	if (id < 0)
		return false;
	rc = shmbox_stat(id, &now);
	if (rc < 0)
		return rc == -ENOENT;
	if (watch->info && shmbox_is_gone(watch->info))
		return true;
	if (!pace->began)
		pace->was_marked = watch->flags & SHMBOX_DESPITE_MARK ||
		                   (watch->info ? watch->info : &now)->removed;
	pace->began = true;
	if (!now.removed || !pace->was_marked)
		return now.removed;
	return watch->map && watch->map->address &&
	       (now.attached <= 1 || only_waiters_left(pace));
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
static uint32_t see_word(struct pace *pace)
{
	const struct shmbox_watch *watch = pace->watch;

	pace->on_word = watch->wakeable && !would_take_huge_page(watch->map, watch->word);
	if (!pace->on_word || touch(word_of(watch), WORD, false) < 0)
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

static void rest(struct pace *pace, uint32_t seen, uint64_t span)
{
	const struct shmbox_watch *watch = pace->watch;
	const struct timespec time = { .tv_sec = (time_t)(span / SECOND),
		                       .tv_nsec = (long)(span % SECOND) };

	/* rate-limit wake-ups of a word that changes constantly */
	if (pace->on_word && span < SECOND && pace->early < EARLY) {
		pace->early++;
		if (!sleep_on_word(watch, seen, time.tv_nsec))
			return;
	} else {
		nanosleep(&time, NULL);
	}
	pace->early = 0;
	if (pace->interval < LONGEST)
		pace->interval =
			pace->interval * 2 < LONGEST ? pace->interval * 2 : LONGEST;
}

/* Returns the time to the next check: cost is that of the last one, left is the rest. */
static uint64_t span_of(const struct pace *pace, uint64_t cost, uint64_t left)
{
	uint64_t span = cost * IDLE > pace->interval ? cost * IDLE : pace->interval;

	return span < left ? span : left;
}

static int look_until(struct pace *pace, uint64_t began)
{
	const struct shmbox_watch *watch = pace->watch;

	for (;;) {
		/* before the check: a change that came before the removal still counts */
		bool gone = removed(pace);
		uint64_t passed = read_clock(CLOCK_MONOTONIC) - began;
		uint64_t before = read_clock(CLOCK_THREAD_CPUTIME_ID);
		uint32_t seen = see_word(pace);
		int rc = watch->look(watch->data);
		uint64_t cost = read_clock(CLOCK_THREAD_CPUTIME_ID) - before;

		if (rc != 0)
			return rc;
		if (gone)
			return -ENOENT;
		if (passed >= watch->timeout)
			return -ETIMEDOUT;
		rest(pace, seen, span_of(pace, cost, watch->timeout - passed));
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
	struct pace pace = {
		.watch = watch,
		.interval = FIRST,
		.due = began + SECOND,
	};
	int rc = check_watch(watch);

	if (rc == 0)
		rc = look_until(&pace, began);
	sign_off(pace.sign);
	return rc;
}
