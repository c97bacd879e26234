/* SPDX-License-Identifier: MIT */
/* keywords.c - the values of pax records, each of which its own function checks and takes */

#include <stdio.h>

#include "archive/input.h"

#define ID_MAX INT32_MAX
#define TIME_MAX (INT64_MAX / 2)

/* Our records that must all be present, unless there are none of ours. */
enum {
	HAS_VERSION = 1,
	HAS_KEY = 2,
	HAS_SIZE = 4,
	HAS_MODE = 8,
	HAS_UID = 16,
	HAS_GID = 32,
	HAS_CHECK = 64
};
enum { HAS_ALL = 127 };

/* Takes one value; false if it is wrong. */
typedef bool taker(struct records *records, const char *value);

static bool take_version(struct records *records, const char *value)
{
	records->ours |= HAS_VERSION;
	return strcmp(value, "1") == 0;
}

static bool take_key(struct records *records, const char *value)
{
	uint64_t key;

	if (strncmp(value, "0x", 2) != 0 || !read_whole(value + 2, 16, UINT32_MAX, &key))
		return false;
	records->member.key = (key_t)key;
	records->ours |= HAS_KEY;
	return true;
}

static bool take_id(struct records *records, const char *value)
{
	uint64_t id;

	if (!read_whole(value, 10, ID_MAX, &id))
		return false;
	records->member.id = (int)id;
	return true;
}

static bool take_our_size(struct records *records, const char *value)
{
	records->ours |= HAS_SIZE;
	return read_whole(value, 10, INT64_MAX, &records->member.size);
}

static bool take_mode(struct records *records, const char *value)
{
	uint64_t mode;

	if (!read_whole(value, 8, 0777, &mode))
		return false;
	records->member.mode = (mode_t)mode;
	records->ours |= HAS_MODE;
	return true;
}

/* The number of a user or group; UINT32_MAX is not valid. */
static bool take_owner(const char **value, unsigned *owner)
{
	uint64_t number;

	if (!take_number(value, 10, UINT32_MAX - 1, &number))
		return false;
	*owner = (unsigned)number;
	return true;
}

static bool take_our_uid(struct records *records, const char *value)
{
	records->ours |= HAS_UID;
	return take_owner(&value, &records->member.owner_uid) && !*value;
}

static bool take_our_gid(struct records *records, const char *value)
{
	records->ours |= HAS_GID;
	return take_owner(&value, &records->member.owner_gid) && !*value;
}

static bool take_creator(struct records *records, const char *value)
{
	return take_owner(&value, &records->member.creator_uid) && *value++ == ':' &&
	       take_owner(&value, &records->member.creator_gid) && !*value;
}

static bool take_times(struct records *records, const char *value)
{
	struct shmbox_member *member = &records->member;
	uint64_t attach;
	uint64_t detach;
	uint64_t change;

	if (!take_number(&value, 10, TIME_MAX, &attach) || *value++ != ' ' ||
	    !take_number(&value, 10, TIME_MAX, &detach) || *value++ != ' ' ||
	    !take_number(&value, 10, TIME_MAX, &change) || *value)
		return false;
	member->attach_time = (int64_t)attach;
	member->detach_time = (int64_t)detach;
	member->change_time = (int64_t)change;
	return true;
}

static bool take_huge_page(struct records *records, const char *value)
{
	uint64_t size;

	if (!read_whole(value, 10, INT64_MAX, &size) || (size & (size - 1)))
		return false;
	records->member.huge_page = (int64_t)size;
	return true;
}

static bool take_locked(struct records *records, const char *value)
{
	records->member.locked = *value == '1';
	return strcmp(value, "1") == 0 || strcmp(value, "0") == 0;
}

static bool take_host(struct records *records, const char *value)
{
	snprintf(records->member.host, sizeof(records->member.host), "%.*s",
	         (int)sizeof(records->member.host) - 1, value);
	return true;
}

static bool take_check(struct records *records, const char *value)
{
	uint64_t check;

	if (!read_whole(value, 16, UINT32_MAX, &check))
		return false;
	records->check = (uint32_t)check;
	records->ours |= HAS_CHECK;
	return true;
}

/* ---- records that every pax archive may have ---- */

static bool take_size(struct records *records, const char *value)
{
	records->has_size = true;
	return read_whole(value, 10, INT64_MAX, &records->stored);
}

static void take_name(struct records *records, const char *value)
{
	const char *slash = strrchr(value, '/');

	snprintf(records->member.name, SHMBOX_NAME_SIZE, "%.*s", SHMBOX_NAME_SIZE - 1,
	         slash ? slash + 1 : value);
	records->has_name = true;
}

static bool take_path(struct records *records, const char *value)
{
	if (!records->sparse_name)
		take_name(records, value);
	return true;
}

static bool take_sparse_name(struct records *records, const char *value)
{
	take_name(records, value);
	records->sparse_name = true;
	return true;
}

static bool take_sparse_size(struct records *records, const char *value)
{
	records->sparse_size = true;
	return read_whole(value, 10, INT64_MAX, &records->real_size);
}

static bool take_major(struct records *records, const char *value)
{
	records->sparse = strcmp(value, "1") == 0;
	records->other_sparse |= !records->sparse;
	return true;
}

static bool take_minor(struct records *records, const char *value)
{
	records->sparse_minor = true;
	records->other_sparse |= strcmp(value, "0") != 0;
	return true;
}

static bool take_other_sparse(struct records *records, const char *value)
{
	(void)value;
	records->other_sparse = true;
	return true;
}

/* Our records override uid and gid. */
static bool take_uid(struct records *records, const char *value)
{
	records->has_uid = true;
	return records->ours & HAS_UID ||
	       (take_owner(&value, &records->member.owner_uid) && !*value);
}

static bool take_gid(struct records *records, const char *value)
{
	records->has_gid = true;
	return records->ours & HAS_GID ||
	       (take_owner(&value, &records->member.owner_gid) && !*value);
}

/* Keywords and the functions that take their values. */
#define KEYWORDS(KEYWORD)                                                                \
	KEYWORD(OUR_RECORDS "version", take_version)                                     \
	KEYWORD(OUR_RECORDS "key", take_key)                                             \
	KEYWORD(OUR_RECORDS "id", take_id)                                               \
	KEYWORD(OUR_RECORDS "size", take_our_size)                                       \
	KEYWORD(OUR_RECORDS "mode", take_mode)                                           \
	KEYWORD(OUR_RECORDS "uid", take_our_uid)                                         \
	KEYWORD(OUR_RECORDS "gid", take_our_gid)                                         \
	KEYWORD(OUR_RECORDS "creator", take_creator)                                     \
	KEYWORD(OUR_RECORDS "times", take_times)                                         \
	KEYWORD(OUR_RECORDS "hugepage", take_huge_page)                                  \
	KEYWORD(OUR_RECORDS "locked", take_locked)                                       \
	KEYWORD(OUR_RECORDS "host", take_host)                                           \
	KEYWORD(OUR_RECORDS "check", take_check)                                         \
	KEYWORD("size", take_size)                                                       \
	KEYWORD("path", take_path)                                                       \
	KEYWORD("uid", take_uid)                                                         \
	KEYWORD("gid", take_gid)                                                         \
	KEYWORD("GNU.sparse.major", take_major)                                          \
	KEYWORD("GNU.sparse.minor", take_minor)                                          \
	KEYWORD("GNU.sparse.name", take_sparse_name)                                     \
	KEYWORD("GNU.sparse.realsize", take_sparse_size)                                 \
	KEYWORD("GNU.sparse.size", take_other_sparse)                                    \
	KEYWORD("GNU.sparse.map", take_other_sparse)                                     \
	KEYWORD("GNU.sparse.numblocks", take_other_sparse)

/* A table of texts needs no relocation at start; only the table of functions does. */
#define KEYWORD_TEXT(keyword, take) keyword,
static const char keywords[][36] = { KEYWORDS(KEYWORD_TEXT) };

#define KEYWORD_TAKER(keyword, take) take,
static taker *const takers[] = { KEYWORDS(KEYWORD_TAKER) };

bool take_record(struct shmbox_restore *restore, struct records *records,
                 const char *keyword, const char *value)
{
	enum { PREFIX = sizeof(OUR_RECORDS) - 1 };

	if (strncmp(keyword, OUR_RECORDS, PREFIX) == 0) {
		records->member.described = true;
		if (strcmp(keyword + PREFIX, "check") != 0)
			records->sum ^= sum_of_record(&restore->own->tables,
			                              keyword + PREFIX, value);
	}
	for (size_t i = 0; i < sizeof(keywords) / sizeof(*keywords); i++) {
		if (strcmp(keywords[i], keyword) == 0)
			return takers[i](records, value);
	}
	return true;
}

const char *check_records(const struct records *records)
{
	if (records->other_sparse)
		return "its holes are in another format than GNU.sparse 1.0";
	if (records->sparse &&
	    !(records->sparse_size && records->sparse_name && records->sparse_minor))
		return "it has holes, but not its name, its size or their format";
	if (!records->member.described)
		return NULL;
	if (records->ours != HAS_ALL)
		return "some of its records are missing";
	return records->sum == records->check ? NULL
	                                      : "its records are not what was written";
}
