/* SPDX-License-Identifier: MIT */
/* archive-memory.c - an archive in memory, and segments for it */

#include <errno.h>
#include <string.h>

#include "archive-memory.h"

char archive[ROOM];
size_t length;
size_t place;
size_t step;
size_t room;

int put(void *context, const void *bytes, size_t count)
{
	assert(context == archive);
	if (room && length + count > room)
		return -ENOSPC;
	assert(length + count <= ROOM);
	memcpy(archive + length, bytes, count);
	length += count;
	return 0;
}

int64_t get(void *context, void *bytes, size_t count)
{
	assert(context == archive);
	if (count > length - place)
		count = length - place;
	if (step && count > step)
		count = step;
	memcpy(bytes, archive + place, count);
	place += count;
	return (int64_t)count;
}

int make(uint64_t size)
{
	const struct shmbox_spec spec = { .size = size, .mode = 0640 };
	int id = shmbox_create(&spec);

	assert(id >= 0);
	return id;
}

struct shmbox_map attach(int id)
{
	struct shmbox_map map;
	int rc = shmbox_attach(id, 0, &map);

	assert(rc == 0);
	return map;
}

void detach(struct shmbox_map *map)
{
	int id = map->id;

	assert(shmbox_detach(map) == 0);
	assert(shmbox_remove(id) == 0);
}

void write_text(const struct shmbox_map *map, uint64_t offset, const char *text)
{
	assert(shmbox_write(map, offset, text, strlen(text)) == (int64_t)strlen(text));
}

int dump(const struct shmbox_map *map, unsigned flags)
{
	struct shmbox_dump writer = { .put = put, .context = archive, .flags = flags };
	struct shmbox_member member;
	struct shmbox_info info;
	int rc;

	length = 0;
	assert(shmbox_stat(map->id, &info) == 0);
	info.huge_page = 0;
	shmbox_dump_describe(&info, &member);
	rc = shmbox_dump_begin(&writer);
	if (rc == 0)
		rc = shmbox_dump_segment(&writer, &member, map, NULL);
	if (rc == 0)
		rc = shmbox_dump_finish(&writer);
	assert(rc < 0 || writer.written == length);
	shmbox_dump_end(&writer);
	return rc;
}

int check(struct shmbox_restore *reader)
{
	struct shmbox_member member;
	int rc;

	*reader = (struct shmbox_restore){ .get = get, .context = archive };
	place = 0;
	rc = shmbox_restore_begin(reader);
	while (rc == 0 && (rc = shmbox_restore_next(reader, &member)) == 1)
		rc = shmbox_restore_data(reader, NULL, NULL);
	shmbox_restore_end(reader);
	assert((rc == -EBADMSG) == (reader->problem != NULL));
	return rc;
}
