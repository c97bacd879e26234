/* SPDX-License-Identifier: MIT */
/* map.c - attach a segment, and copy bytes between it and the caller's memory */

#include "bytes/source.h"
#include "bytes/touch.h"
#include "segment/segment.h"

int shmbox_attach(int id, unsigned flags, struct shmbox_map *map)
{
	bool writable = !(flags & SHMBOX_READ_ONLY);
	struct shmbox_info info;
	void *address;
	int rc;

	if (flags & ~(unsigned)(SHMBOX_READ_ONLY | SHMBOX_MARK))
		return -EINVAL;
	if (id < 0)
		return -ENOENT;
	address = shmat(id, NULL, writable ? 0 : SHM_RDONLY);
	if ((intptr_t)address == -1)
		return segment_error(errno);
	/* -ENOENT: another process has marked the segment already */
	rc = flags & SHMBOX_MARK && shmctl(id, IPC_RMID, NULL) < 0 ? segment_error(errno)
	                                                           : 0;
	/* only now: another segment cannot get the id of an attached segment */
	if (rc == 0 || rc == -ENOENT)
		rc = shmbox_stat(id, &info);
	if (rc < 0) {
		shmdt(address);
		return rc;
	}
	*map = (struct shmbox_map){
		.id = id,
		.writable = writable,
		.address = address,
		.size = info.size,
	};
	return 0;
}

int shmbox_attach_key(key_t key, unsigned flags, struct shmbox_map *map)
{
	int id = shmbox_lookup((struct shmbox_ref){ .by_key = true, .key = key });

	return id < 0 ? id : shmbox_attach(id, flags, map);
}

int shmbox_detach(struct shmbox_map *map)
{
	int rc = map->address && shmdt(map->address) < 0 ? -errno : 0;

	if (map->copy)
		close(map->copy);
	map->address = NULL;
	map->copy = 0;
	map->size = 0;
	return rc;
}

int64_t shmbox_read(const struct shmbox_map *map, uint64_t offset, void *buffer,
                    size_t length)
{
	struct source source;
	int rc;

	if (offset >= map->size || length == 0)
		return 0;
	length = (size_t)least(length, map->size - offset);
	if (all_present(map, offset, length)) {
		const char *from = (const char *)map->address + offset;

		rc = touch(from, length, false);
		if (rc < 0)
			return rc;
		memcpy(buffer, from, length);
		return (int64_t)length;
	}
	rc = source_open(&source, map);
	if (rc < 0)
		return rc;
	rc = source_read(&source, offset, buffer, length);
	source_close(&source);
	return rc < 0 ? rc : (int64_t)length;
}

int64_t shmbox_write(const struct shmbox_map *map, uint64_t offset, const void *buffer,
                     size_t length)
{
	char *to;
	int rc;

	if (!map->writable)
		return -EACCES;
	rc = check_range(map, offset, length);
	if (rc < 0 || length == 0)
		return rc;
	to = (char *)map->address + offset;
	rc = touch(to, length, true);
	if (rc < 0)
		return rc;
	memcpy(to, buffer, length);
	return (int64_t)length;
}
