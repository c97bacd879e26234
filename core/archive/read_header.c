/* SPDX-License-Identifier: MIT */
/* read_header.c - the header of a member: one block */

#include <stdio.h>

#include "archive/input.h"

const char *check_compressed(const struct ustar *header)
{
	static const char marks[][8] = { "\x1f\x8b", "\x28\xb5\x2f\xfd", "\xfd\x37zXZ" };

	for (size_t i = 0; i < sizeof(marks) / sizeof(*marks); i++) {
		if (memcmp(header->name, marks[i], strlen(marks[i])) == 0)
			return "it is compressed: decompress it first";
	}
	return NULL;
}

const char *check_header(const struct ustar *header)
{
	const char *problem = check_compressed(header);
	const char *at = header->checksum;
	uint64_t sum;

	if (problem)
		return problem;
	if (memcmp(header->magic, "ustar", 5) != 0)
		return "not a tar archive";
	/* strictly as tar programs write it, so that any changed bit is noticed */
	if (!take_number(&at, 8, UINT32_MAX, &sum) || at != header->checksum + 6 || *at ||
	    at[1] != ' ' || sum != checksum_of(header))
		return "the checksum of a header is wrong";
	return NULL;
}

static void take_text(char *out, size_t size, const char *field, size_t length)
{
	snprintf(out, size, "%.*s", (int)strnlen(field, length), field);
}

static void take_header_name(const struct ustar *header, struct shmbox_member *member)
{
	char name[sizeof(header->name) + 1];
	const char *slash;

	take_text(name, sizeof(name), header->name, sizeof(header->name));
	slash = strrchr(name, '/');
	snprintf(member->name, sizeof(member->name), "%s", slash ? slash + 1 : name);
}

const char *take_header(const struct ustar *header, struct records *records)
{
	struct shmbox_member *member = &records->member;
	uint64_t mode;
	uint64_t uid;
	uint64_t gid;
	uint64_t time;

	if (!records->has_size &&
	    !read_field(header->size, sizeof(header->size), INT64_MAX, &records->stored))
		return "the size of a member is not a number, or too large";
	if (!read_field(header->mode, sizeof(header->mode), UINT32_MAX, &mode) ||
	    !read_field(header->uid, sizeof(header->uid), UINT32_MAX - 1, &uid) ||
	    !read_field(header->gid, sizeof(header->gid), UINT32_MAX - 1, &gid))
		return "the mode or the owner of a member is not a number";
	if (!read_field(header->mtime, sizeof(header->mtime), INT64_MAX, &time))
		time = 0;
	if (!records->has_name)
		take_header_name(header, member);
	take_text(member->user, sizeof(member->user), header->uname,
	          sizeof(header->uname) - 1);
	take_text(member->group, sizeof(member->group), header->gname,
	          sizeof(header->gname) - 1);
	member->stored = records->stored;
	if (member->described)
		return NULL;
	member->mode = (mode_t)(mode & 0777);
	if (!records->has_uid)
		member->owner_uid = (uid_t)uid;
	if (!records->has_gid)
		member->owner_gid = (gid_t)gid;
	member->change_time = (int64_t)time;
	return NULL;
}
