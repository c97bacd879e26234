/* SPDX-License-Identifier: MIT */
/* copies.c - bytes are copied from one segment to another, and holes stay holes */

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "api.h"

static void copies_between_segments(void)
{
	uint64_t page = (uint64_t)sysconf(_SC_PAGESIZE);
	int id = make(400 * page);
	int other = make(350 * page + 7);
	struct shmbox_map from = attach(id);
	struct shmbox_map to = attach(other);
	char *bytes;

	/* a page of data, holes, and data that ends inside a page */
	fill(&from, 0, page);
	fill(&from, 300 * page, page / 2);
	assert(shmbox_copy_bytes(&from, 0, &to, 0, 290 * page) == 0);
	bytes = content(&to);
	assert(is_pattern(bytes, 0, page) && is_zero(bytes + page, to.size - page));
	free(bytes);
	/* a piece with data is written as a whole if holes cannot be seen */
	assert(resident(other) <= (int64_t)(16 * page));

	/* the content is replaced, at another place in its page */
	fill(&to, 0, to.size);
	assert(shmbox_copy_bytes(&from, 10 * page, &to, 3, 340 * page) == 0);
	bytes = content(&to);
	assert(is_pattern(bytes, 0, 3) && is_zero(bytes + 3, 290 * page));
	assert(is_pattern(bytes + 3 + 340 * page, 3 + 340 * page, 10 * page + 4));
	bytes += 3 + 290 * page;
	assert(memcmp(bytes, (char *)from.address + 300 * page, page / 2) == 0);
	assert(is_zero(bytes + page / 2, 49 * page + page / 2));
	free(bytes - 3 - 290 * page);
	/* pages of zeros were given back */
	assert(resident(other) < (int64_t)(100 * page));
	shmbox_detach(&from);
	shmbox_detach(&to);
	destroy(id);
	destroy(other);
}

static void copies_inside_a_segment(void)
{
	int id = make(MUCH);
	struct shmbox_map map = attach(id);
	struct shmbox_map reader;
	char *bytes;
	int rc = shmbox_attach(id, SHMBOX_READ_ONLY, &reader);

	assert(rc == 0);
	fill(&map, 0, 2000000);
	rc = shmbox_copy_bytes(&reader, 0, &map, 2000000, 2000000);
	assert(rc == 0);
	bytes = content(&map);
	assert(is_pattern(bytes, 0, 2000000) && is_pattern(bytes + 2000000, 0, 2000000));
	assert(is_zero(bytes + 4000000, MUCH - 4000000));
	free(bytes);
	rc = shmbox_copy_bytes(&reader, 0, &map, 1999999, 2000000);
	assert(rc == -EINVAL);
	rc = shmbox_copy_bytes(&map, 1, &map, 0, 2);
	assert(rc == -EINVAL);
	rc = shmbox_copy_bytes(&map, 0, &reader, 4000000, 1);
	assert(rc == -EACCES);
	rc = shmbox_copy_bytes(&map, MUCH - 1, &map, 0, 2);
	assert(rc == -ERANGE);
	rc = shmbox_copy_bytes(&map, 0, &map, MUCH, 1);
	assert(rc == -ERANGE);
	rc = shmbox_copy_bytes(&map, 0, &map, 0, 0);
	assert(rc == 0);
	bytes = content(&map);
	assert(is_pattern(bytes, 0, 2000000) && is_pattern(bytes + 2000000, 0, 2000000));
	free(bytes);
	shmbox_detach(&reader);
	shmbox_detach(&map);
	destroy(id);
}

const struct test copies_tests[] = {
	{ TEST(copies_between_segments) },
	{ TEST(copies_inside_a_segment) },
	{ 0 },
};
