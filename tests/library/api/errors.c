/* SPDX-License-Identifier: MIT */
/* errors.c - the causes of errors, and the words for them */

#include <errno.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "api.h"

static void none_is_there(int id)
{
	const struct shmbox_change change = { .set_mode = true, .mode = 0600 };
	struct shmbox_info info;
	struct shmbox_map map;

	assert(shmbox_stat(id, &info) == -ENOENT);
	assert(shmbox_attach(id, 0, &map) == -ENOENT);
	assert(shmbox_attach(id, SHMBOX_READ_ONLY, &map) == -ENOENT);
	assert(shmbox_modify(id, &change) == -ENOENT);
	assert(shmbox_lock(id, true) == -ENOENT);
	assert(shmbox_lock(id, false) == -ENOENT);
	assert(shmbox_remove(id) == -ENOENT);
	errno = 0;
	assert(!shmbox_fopen(id, "r+") && errno == ENOENT);
}

static void what_is_not_there_is_enoent(void)
{
	const struct shmbox_ref free_key = { .by_key = true, .key = key };
	const struct shmbox_ref no_key = { .by_key = true, .key = IPC_PRIVATE };
	int id = make(SIZE);

	destroy(id);
	none_is_there(id);
	none_is_there(NO_ID);
	none_is_there(INT32_MAX);
	none_is_there(-1);
	none_is_there(INT32_MIN);
	assert(shmbox_lookup(free_key) == -ENOENT);
	assert(shmbox_lookup(no_key) == -EINVAL);
}

static bool has_words_for(enum shmbox_op op)
{
	bool always = true;

	for (int error = 0; error < 140; error++) {
		const char *words = shmbox_strerror(op, -error);

		always = always && words && *words;
	}
	return always;
}

static void has_words(void)
{
	const char *words;

	_Static_assert(SHMBOX_UNKNOWN < -4095 && SHMBOX_ALL < SHMBOX_UNKNOWN,
	               "no error, and not one another");
	for (int op = SHMBOX_CREATE; op <= SHMBOX_HELD; op++)
		assert(has_words_for((enum shmbox_op)op));
	assert(strcmp(shmbox_strerror(SHMBOX_STAT, -ENOENT), "no such segment") == 0);
	/* what is no error has words too, and they stay when others are asked for */
	words = shmbox_strerror(SHMBOX_STAT, -4095);
	assert(strcmp(words, "unknown error") == 0);
	assert(strcmp(shmbox_strerror(SHMBOX_STAT, -4094), words) == 0);
	assert(shmbox_strerror(SHMBOX_STAT, -4095) == words);
	assert(strcmp(words, "unknown error") == 0);
	assert(strcmp(shmbox_strerror(SHMBOX_STAT, INT32_MIN), words) == 0);
	assert(strcmp(shmbox_strerror(SHMBOX_STAT, SHMBOX_UNKNOWN), words) == 0);
	/* the C library's words for these mislead here */
	assert(strcmp(shmbox_strerror(SHMBOX_CREATE, -ENOSPC), strerror(ENOSPC)) != 0);
	assert(strcmp(shmbox_strerror(SHMBOX_CREATE, -EINVAL), strerror(EINVAL)) != 0);
}

/* What create says, would_fit said before, and the cause goes with it. */
static struct shmbox_cause refused(const struct shmbox_spec *spec, int error)
{
	int rc = shmbox_would_fit(SHMBOX_CREATE, spec);

	assert(rc == -error);
	rc = shmbox_create(spec);
	assert(rc == -error);
	return why(SHMBOX_CREATE, rc, spec);
}

static void explains_sizes(void)
{
	const struct shmbox_spec zero = { .mode = 0600 };
	struct shmbox_spec spec = { .size = 4096, .mode = 0600 };
	struct shmbox_limits limits;
	struct shmbox_cause cause;

	assert(shmbox_would_fit(SHMBOX_CREATE, &spec) == 0);
	assert(refused(&zero, EINVAL).kind == SHMBOX_CAUSE_SIZE_ZERO);
	assert(shmbox_get_limits(&limits) == 0);
	spec.size = limits.max_size + 1;
	cause = refused(&spec, EINVAL);
	assert(cause.kind == SHMBOX_CAUSE_SHMMAX);
	assert(cause.limit == limits.max_size && cause.wanted == spec.size);
	/* with no segment and no spec there is nothing to find out, and no harm */
	assert(why(SHMBOX_CREATE, -EINVAL, NULL).kind == SHMBOX_CAUSE_NONE);
}

/* api.bats has set kernel.shmmni to the number of segments that are there. */
static void explains_shmmni(void)
{
	const struct shmbox_spec spec = { .size = 4096, .mode = 0600 };
	struct shmbox_cause cause = refused(&spec, ENOSPC);

	assert(cause.kind == SHMBOX_CAUSE_SHMMNI && cause.limit == cause.used);
}

/* api.bats has set kernel.shmall to what is in use and one page more. */
static void explains_shmall(void)
{
	uint64_t page = (uint64_t)sysconf(_SC_PAGESIZE);
	const struct shmbox_spec one = { .size = page, .mode = 0600 };
	const struct shmbox_spec two = { .size = page + 1, .mode = 0600 };
	struct shmbox_cause cause = refused(&two, ENOSPC);

	assert(cause.kind == SHMBOX_CAUSE_SHMALL);
	assert(cause.limit == cause.used + 1 && cause.wanted == 2);
	assert(shmbox_would_fit(SHMBOX_CREATE, &one) == 0);
}

static void explains_ids(void)
{
	struct shmbox_spec spec = { .size = 1, .mode = 0600, .want_id = true };
	int rc;

	spec.id = make(1);
	rc = shmbox_create(&spec);
	assert(rc == -EEXIST);
	assert(why(SHMBOX_CREATE, rc, &spec).kind == SHMBOX_CAUSE_ID_TAKEN);
	destroy(spec.id);
	rc = shmbox_create(&spec);
	assert(rc == spec.id);
	destroy(rc);
}

static void explains_huge_pages(void)
{
	const struct shmbox_spec odd = { .size = 1 << 26,
		                         .mode = 0600,
		                         .huge_page = 1 << 26 };
	struct shmbox_spec many = { .mode = 0600, .huge_page = 1 << 21 };
	struct shmbox_limits limits;
	struct shmbox_cause cause;

	assert(shmbox_get_limits(&limits) == 0);
	for (int i = 0; i < limits.pool_count; i++) {
		if (limits.pools[i].page_size != many.huge_page)
			continue;
		many.size = (limits.pools[i].total + 5) * many.huge_page;
		cause = refused(&many, ENOMEM);
		assert(cause.kind == SHMBOX_CAUSE_HUGE_POOL);
		assert(cause.wanted == limits.pools[i].total + 5);
		assert(cause.limit <= limits.pools[i].free);
		assert(cause.huge_page == many.huge_page);
	}
	assert(why(SHMBOX_CREATE, shmbox_create(&odd), &odd).kind ==
	       SHMBOX_CAUSE_HUGE_SIZE);
}

/* Runs as a user without rights; the segment is root's. */
static void be_refused(int id)
{
	const struct shmbox_change change = { .set_mode = true, .mode = 0666 };
	const struct shmbox_spec used = { .id = id };
	const struct shmbox_spec with_id = {
		.size = 1, .mode = 0600, .want_id = true, .id = NO_ID
	};
	struct shmbox_cause cause;
	struct shmbox_map map;
	int rc = shmbox_attach(id, SHMBOX_READ_ONLY, &map);

	assert(rc == -EACCES);
	cause = why(SHMBOX_ATTACH, rc, &used);
	assert(cause.kind == SHMBOX_CAUSE_MODE && cause.owner == 0 && cause.mode == 0600);
	rc = shmbox_modify(id, &change);
	assert(rc == -EPERM);
	assert(why(SHMBOX_CHANGE, rc, &used).kind == SHMBOX_CAUSE_OWNER);
	rc = shmbox_remove(id);
	assert(rc == -EPERM);
	assert(why(SHMBOX_REMOVE, rc, &used).kind == SHMBOX_CAUSE_OWNER);
	rc = shmbox_create(&with_id);
	assert(rc == -EPERM);
	assert(why(SHMBOX_CREATE, rc, &with_id).kind == SHMBOX_CAUSE_ID_RIGHT);
	/* what may not be read is known all the same */
	assert(look(id).mode == 0600 && look(id).size == SIZE);
}

static void meet_the_lock_limit(void)
{
	const struct rlimit little = { 4096, 4096 };
	struct shmbox_spec used = { .id = make(65536) };
	struct shmbox_cause cause;
	int rc;

	setrlimit(RLIMIT_MEMLOCK, &little);
	rc = shmbox_lock(used.id, true);
	assert(rc == -ENOMEM);
	cause = why(SHMBOX_LOCK, rc, &used);
	assert(cause.kind == SHMBOX_CAUSE_MEMLOCK);
	assert(cause.limit == 4096 && cause.wanted == 65536);
	destroy(used.id);
}

static void explains_rights(void)
{
	int id = make(SIZE);
	pid_t child = fork();
	int status;

	assert(child >= 0);
	if (child == 0) {
		if (setgid(NOBODY) < 0 || setuid(NOBODY) < 0)
			_exit(1);
		be_refused(id);
		meet_the_lock_limit();
		_exit(0);
	}
	assert(waitpid(child, &status, 0) == child && status == 0);
	destroy(id);
}

const struct test errors_tests[] = {
	{ TEST(what_is_not_there_is_enoent) },
	{ TEST(has_words) },
	{ TEST(explains_sizes) },
	{ TEST(explains_shmmni) },
	{ TEST(explains_shmall) },
	{ TEST(explains_ids) },
	{ TEST(explains_huge_pages) },
	{ TEST(explains_rights) },
	{ 0 },
};
