/* SPDX-License-Identifier: MIT */
/*
 * dump.c - segments into an archive
 *
 * The map of holes stands before the data, so holes are found first. What becomes data after
 * that is still written as a hole, as if it had been read a moment before.
 */

#include <stdio.h>
#include <sys/utsname.h>

#include "archive/archive.h"

void shmbox_dump_describe(const struct shmbox_info *info, struct shmbox_member *member)
{
	struct utsname system;

	*member = (struct shmbox_member){
		.described = true,
		.size = info->size,
		.mode = info->mode & 0777,
		.owner_uid = info->owner_uid,
		.owner_gid = info->owner_gid,
		.id = info->id,
		.key = info->key,
		.creator_uid = info->creator_uid,
		.creator_gid = info->creator_gid,
		.attach_time = info->attach_time,
		.detach_time = info->detach_time,
		.change_time = info->change_time,
		.huge_page = info->huge_page,
		.locked = info->locked,
	};
	if (info->key)
		snprintf(member->name, sizeof(member->name), "key-0x%08x",
		         (unsigned)info->key);
	else
		snprintf(member->name, sizeof(member->name), "id-%d", info->id);
	if (uname(&system) == 0)
		snprintf(member->host, sizeof(member->host), "%.*s",
		         (int)sizeof(member->host) - 1, system.nodename);
}

int shmbox_dump_begin(struct shmbox_dump *dump)
{
	dump->own = NULL;
	dump->written = 0;
	if (!dump->put || dump->flags & ~(unsigned)SHMBOX_NO_SUMS)
		return -EINVAL;
	dump->own = calloc(1, sizeof(*dump->own));
	if (!dump->own)
		return -ENOMEM;
	sum_begin(&dump->own->tables);
	return 0;
}

/* The lines of CKSUM; without dump, only how many bytes they are. */
static int put_sums(struct shmbox_dump *dump, bool write, uint64_t *length)
{
	const struct sums *sums = &dump->own->members;
	int rc = 0;

	*length = 0;
	for (size_t i = 0; rc == 0 && i < sums->count; i++) {
		const struct sum_line *line = &sums->lines[i];
		char text[SHMBOX_NAME_SIZE + 48];
		int used =
			snprintf(text, sizeof(text), "%u %llu %s\n", (unsigned)line->sum,
		                 (unsigned long long)line->size, line->name);

		*length += (uint64_t)used;
		if (write)
			rc = put_bytes(dump, text, (size_t)used);
	}
	return rc;
}

int shmbox_dump_finish(struct shmbox_dump *dump)
{
	static const char zeros[BLOCK];
	uint64_t length;
	int rc = 0;

	if (!dump->own)
		return -EINVAL;
	if (!(dump->flags & SHMBOX_NO_SUMS)) {
		put_sums(dump, false, &length);
		rc = put_sums_header(dump, length);
		if (rc == 0)
			rc = put_sums(dump, true, &length);
		if (rc == 0)
			rc = put_padding(dump, length);
	}
	for (int i = 0; rc == 0 && i < 2; i++)
		rc = put_bytes(dump, zeros, BLOCK);
	return rc ? rc : put_flush(dump);
}

void shmbox_dump_end(struct shmbox_dump *dump)
{
	if (!dump->own)
		return;
	sums_free(&dump->own->members);
	free(dump->own);
	dump->own = NULL;
}
