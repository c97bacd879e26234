/* SPDX-License-Identifier: MIT */
/* presence.c - wait until a segment exists, or until it is gone */

#include <errno.h>
#include <time.h>

#include <shmbox/shmbox.h>

#include "diag/diag.h"
#include "parse/refs.h"
#include "segment/operand.h"
#include "segment/presence.h"

/* The segment that operand 0 names. */
struct presence {
	const struct args *args;
	struct shmbox_ref ref;
	enum shmbox_op op; /* the step of the lookup that failed */
	int id;
	bool seen; /* the segment existed, and info describes it */
	struct shmbox_info info;
};

/* Returns the id of the segment or a negated errno. */
static int find(const struct shmbox_ref *ref, struct shmbox_info *info)
{
	int id = shmbox_lookup(*ref);
	int rc = id < 0 ? id : shmbox_stat(id, info);

	return rc < 0 ? rc : id;
}

/* Returns 1 if the segment exists, 0 if not, or a negated errno. */
static int exists(void *data)
{
	struct presence *presence = data;
	/* the file of file:PATH may be created as late as the segment */
	int rc = operand_ref(presence->args, 0, &presence->ref);

	presence->op = rc < 0 ? SHMBOX_KEY : SHMBOX_LOOKUP;
	presence->id = rc < 0 ? rc : find(&presence->ref, &presence->info);
	if (presence->id == -ENOENT)
		return 0;
	return presence->id < 0 ? presence->id : 1;
}

/*
 * Returns 1 if the segment is gone. Between two calls its id or key may be given to
 * another segment.
 */
static int is_gone(void *data)
{
	struct presence *presence = data;
	struct shmbox_info found;
	int id = find(&presence->ref, &found);

	if (id == -ENOENT)
		return 1;
	if (id < 0)
		return id;
	if (!presence->seen)
		presence->info = found;
	presence->seen = true;
	return id != presence->info.id || shmbox_is_gone(&presence->info);
}

static int wait_for(struct presence *presence, int (*look)(void *data), uint64_t timeout)
{
	const struct shmbox_watch watch = {
		.look = look,
		.data = presence,
		.timeout = timeout,
	};

	return shmbox_wait(&watch);
}

static uint64_t nanoseconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

int wait_until_exists(const struct args *args, uint64_t *timeout, int *id)
{
	struct presence presence = { .args = args };
	uint64_t began = nanoseconds();
	int rc = wait_for(&presence, exists, *timeout);
	uint64_t passed = nanoseconds() - began;

	if (*timeout != SHMBOX_FOREVER)
		*timeout -= passed < *timeout ? passed : *timeout;
	if (rc == -ETIMEDOUT) {
		fail(STATUS_TIMEOUT, args->words[0], "timed out waiting for it to exist");
		hint_at_key(args->words[0]);
		return STATUS_TIMEOUT;
	}
	if (rc < 0)
		return failed(presence.op, rc, args->words[0], NULL);
	*id = presence.id;
	return STATUS_OK;
}

int wait_until_gone(const struct args *args, uint64_t timeout)
{
	struct presence presence = { .args = args };
	int rc = operand_ref(args, 0, &presence.ref);

	if (rc < 0)
		return ref_failed(SHMBOX_KEY, rc, args->words[0]);
	rc = wait_for(&presence, is_gone, timeout);
	if (rc == -ETIMEDOUT)
		return fail(STATUS_TIMEOUT, args->words[0],
		            "timed out waiting for it to be gone");
	return rc < 0 ? failed(SHMBOX_STAT, rc, args->words[0], NULL) : STATUS_OK;
}
