/* SPDX-License-Identifier: MIT */
/* api-memory-archive.c - the functions of archives, on an archive in memory */

#include <string.h>

#include "api-memory.h"

static char archive[1 << 20];
static size_t archive_length;
static size_t archive_place;

static int put(void *context, const void *bytes, size_t length)
{
	assert(!context && archive_length + length <= sizeof(archive));
	memcpy(archive + archive_length, bytes, length);
	archive_length += length;
	return 0;
}

static int64_t get(void *context, void *bytes, size_t length)
{
	assert(!context);
	if (length > archive_length - archive_place)
		length = archive_length - archive_place;
	memcpy(bytes, archive + archive_place, length);
	archive_place += length;
	return (int64_t)length;
}

int dumps(void)
{
	struct shmbox_dump dump = { .put = put };
	struct shmbox_info info;
	struct shmbox_member member;
	int rc = shmbox_dump_begin(&dump);

	archive_length = 0;
	assert(shmbox_stat(id, &info) == 0);
	shmbox_dump_describe(&info, &member);
	if (rc == 0)
		rc = shmbox_dump_segment(&dump, &member, &map, NULL);
	if (rc == 0)
		rc = shmbox_dump_finish(&dump);
	shmbox_dump_end(&dump);
	return rc;
}

int restores(void)
{
	struct shmbox_restore restore = { .get = get };
	struct shmbox_member member;
	int rc = shmbox_restore_begin(&restore);

	archive_place = 0;
	while (rc == 0 && (rc = shmbox_restore_next(&restore, &member)) == 1)
		rc = shmbox_restore_data(&restore, NULL, NULL);
	shmbox_restore_end(&restore);
	return rc;
}
