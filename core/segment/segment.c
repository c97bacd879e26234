/* SPDX-License-Identifier: MIT */
/* segment.c - create and remove segments */

#include <fcntl.h>

#include "segment/segment.h"

static int huge_shift(uint64_t page_size)
{
	int shift = 0;

	/* the kernel takes shift 0 for the default size */
	if (page_size < 2)
		return -1;
	while (page_size > 1) {
		if (page_size & 1)
			return -1;
		page_size >>= 1;
		shift++;
	}
	return shift;
}

static int create(key_t key, const struct shmbox_spec *spec)
{
	int flags = IPC_CREAT | IPC_EXCL | (int)spec->mode;
	int id;

	if (spec->size > SIZE_MAX)
		return -EINVAL;
	if (spec->huge_page) {
		int shift = huge_shift(spec->huge_page);

		if (shift < 0)
			return -EINVAL;
		flags |= SHM_HUGETLB | (int)((unsigned)shift << HUGE_SHIFT);
	}
	if (spec->noreserve)
		flags |= SHM_NORESERVE;
	id = shmget(key, (size_t)spec->size, flags);
	return id < 0 ? -errno : id;
}

/* Removes a new segment and returns rc, or its id if it cannot be removed. */
static int discard(int id, int rc)
{
	return shmctl(id, IPC_RMID, NULL) < 0 && segment_error(errno) != -ENOENT ? id
	                                                                         : rc;
}

/*
 * A chosen id stays in shm_next_id after a failure, rc: the next segment that any process
 * creates would get it. Only a creation clears it (docs/kernel.md, Choosing an id).
 * Returns rc, or -ENOTRECOVERABLE if a segment with the wanted id was created and cannot
 * be removed.
 */
static int clear_next_id(int wanted, int rc)
{
	int id = shmget(IPC_PRIVATE, 1, IPC_CREAT);

	rc = id < 0 ? rc : discard(id, rc);
	return rc == wanted ? -ENOTRECOVERABLE : rc;
}

static int create_with_id(key_t key, const struct shmbox_spec *spec)
{
	struct shmbox_spec exact = *spec;
	int rc;
	int id;

	exact.key = key;
	exact.new_key = false;
	/* check first: a failure after set_next_id() leaves the chosen id behind */
	rc = shmbox_would_fit(SHMBOX_CREATE, &exact);
	if (rc == 0)
		rc = set_next_id(spec->id);
	if (rc < 0)
		return rc;
	id = create(key, spec);
	if (id < 0)
		return clear_next_id(spec->id, id);
	/* if the id is in use, the kernel gives another id without an error */
	return id == spec->id ? id : discard(id, -EEXIST);
}

static int create_with_new_key(const struct shmbox_spec *spec)
{
	for (;;) {
		key_t key = random_key();
		int id = spec->want_id ? create_with_id(key, spec) : create(key, spec);

		if (id != -EEXIST || shmget(key, 0, 0) < 0)
			return id;
	}
}

int shmbox_create(const struct shmbox_spec *spec)
{
	if (!is_mode(spec->mode))
		return -EINVAL;
	if (spec->new_key)
		return create_with_new_key(spec);
	return spec->want_id ? create_with_id(spec->key, spec) : create(spec->key, spec);
}

int shmbox_obtain(const struct shmbox_spec *spec, bool *created)
{
	const struct shmbox_ref ref = { .by_key = true, .key = spec->key };
	struct shmbox_info info;

	for (;;) {
		int id = shmbox_create(spec);
		int rc;

		*created = id >= 0;
		if (id != -EEXIST || spec->key == IPC_PRIVATE || spec->new_key)
			return id;
		id = shmbox_lookup(ref);
		rc = id < 0 ? id : shmbox_stat(id, &info);
		/* the key is free, so EEXIST was about the id */
		if (id == -ENOENT && spec->want_id)
			return -EEXIST;
		if (rc == -ENOENT)
			continue;
		if (rc < 0)
			return rc;
		if (info.size < spec->size)
			return -EEXIST;
		/* a segment that we may not read is an error, as in shmget(2) */
		return shmget(spec->key, 0, 0400) < 0 && errno == EACCES ? -EACCES : id;
	}
}
