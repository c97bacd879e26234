/*
 * restore.c - the members of an archive
 *
 * An archive may come from anywhere: every number is bounded before it is used, names are
 * compared and shown but never opened, and what is not understood is refused or skipped.
 */

#include <stdio.h>

#include "archive/input.h"
#include "bytes/job.h"

enum { SKIPPED_MAX = 65536, SUMS_MAX = 16777216 };

int shmbox_restore_begin(struct shmbox_restore *restore)
{
	*restore = (struct shmbox_restore){
		.get = restore->get,
		.context = restore->context,
		.fd = restore->fd,
		.flags = restore->flags,
	};
	if (!restore->get ||
	    restore->flags & ~(unsigned)(SHMBOX_NO_SUMS | SHMBOX_FROM_STDIN))
		return -EINVAL;
	restore->own = calloc(1, sizeof(*restore->own));
	if (!restore->own)
		return -ENOMEM;
	sum_begin(&restore->own->tables);
	return 0;
}

void shmbox_restore_end(struct shmbox_restore *restore)
{
	if (!restore->own)
		return;
	sums_free(&restore->own->members);
	sums_free(&restore->own->listed);
	free(restore->own);
	restore->own = NULL;
}

/* ---- headers ---- */

static const char compressed[] = "it is compressed: decompress it first";

static bool is_compressed(const struct ustar *header)
{
	static const char marks[][8] = { "\x1f\x8b", "\x28\xb5\x2f\xfd", "\xfd\x37zXZ" };

	for (size_t i = 0; i < sizeof(marks) / sizeof(*marks); i++) {
		if (memcmp(header->name, marks[i], strlen(marks[i])) == 0)
			return true;
	}
	return false;
}

static const char *check_header(const struct ustar *header)
{
	const char *at = header->checksum;
	uint64_t sum;

	if (is_compressed(header))
		return compressed;
	if (memcmp(header->magic, "ustar", 5) != 0)
		return "not a tar archive";
	/* as every tar writes it: whatever is changed here is noticed */
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

/* What the records have not said. */
static const char *take_header(const struct ustar *header, struct records *records)
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

/* ---- the sums of CKSUM ---- */

static int parse_sums(struct shmbox_restore *restore, char *text, size_t length)
{
	while (length > 0) {
		char *end = memchr(text, '\n', length);
		struct sum_line line;
		int rc;

		if (!end || memchr(text, '\0', (size_t)(end - text)))
			return bad_archive(restore, SUMS_NAME " is not a list of sums");
		*end++ = '\0';
		if (!sums_parse(text, &line))
			return bad_archive(restore, SUMS_NAME " is not a list of sums");
		rc = sums_add(&restore->own->listed, &line);
		if (rc == -E2BIG)
			return bad_archive(restore, SUMS_NAME " lists too many members");
		if (rc < 0)
			return rc;
		length -= (size_t)(end - text);
		text = end;
	}
	return 0;
}

static int read_sums(struct shmbox_restore *restore, uint64_t length)
{
	char *text;
	int rc;

	if (restore->has_sums)
		return bad_archive(restore, "a second " SUMS_NAME);
	if (length > SUMS_MAX)
		return bad_archive(restore, SUMS_NAME " is too long");
	text = malloc((size_t)length + 1);
	if (!text)
		return -ENOMEM;
	text[length] = '\0';
	rc = take_bytes(restore, text, (size_t)length);
	if (rc == 0)
		rc = take_zeros(restore, padding_of(length),
		                "bytes after " SUMS_NAME " are not zero");
	if (rc == 0)
		rc = parse_sums(restore, text, (size_t)length);
	free(text);
	restore->has_sums = true;
	return rc;
}

/* ---- members ---- */

/* What is left of the member before, and its sum. */
static int leave_member(struct shmbox_restore *restore)
{
	struct shmbox_archive *own = restore->own;
	int rc = take_nothing(restore, restore->left + restore->padding);

	restore->left = 0;
	restore->padding = 0;
	if (rc == 0 && own->members.count) {
		struct sum_line *line = &own->members.lines[own->members.count - 1];

		line->sum = restore->sum;
		line->known = restore->summed;
	}
	return rc;
}

static int end_archive(struct shmbox_restore *restore)
{
	int rc = take_zeros(restore, BLOCK, "the end of the archive is damaged");
	const char *name = NULL;
	int64_t got = 0;

	while (rc == 0 &&
	       (got = take_some(restore, restore->own->buffer, ARCHIVE_PIECE)) > 0) {
		if (!is_zero(restore->own->buffer, (size_t)got))
			return bad_archive(restore, "data follows its end");
	}
	if (rc < 0 || got < 0)
		return rc < 0 ? rc : (int)got;
	restore->ended = true;
	restore->about[0] = '\0';
	if (!restore->has_sums || restore->flags & SHMBOX_NO_SUMS)
		return 0;
	restore->problem =
		sums_compare(&restore->own->members, &restore->own->listed, &name);
	if (!restore->problem)
		return 0;
	snprintf(restore->about, sizeof(restore->about), "%s", name);
	return -EBADMSG;
}

/* 1 if the header is that of a segment; 0 if it is not, and what it has was skipped. */
static int take_member(struct shmbox_restore *restore, const struct ustar *header,
                       struct records *records)
{
	struct shmbox_member *member = &records->member;
	const char *problem = check_records(records);
	struct sum_line line = { .name = member->name };
	int rc;

	if (!problem)
		problem = take_header(header, records);
	snprintf(restore->about, sizeof(restore->about), "%s", member->name);
	if (problem)
		return bad_archive(restore, problem);
	if (strcmp(member->name, SUMS_NAME) == 0 && !records->sparse &&
	    !member->described)
		return read_sums(restore, records->stored);
	restore->size = records->sparse ? records->real_size : records->stored;
	if (member->described && member->size != restore->size)
		return bad_archive(restore, "its size is another one than in its record");
	member->size = restore->size;
	if (!member->name[0])
		return bad_archive(restore, "a member has no name");
	if (member->size == 0)
		return bad_archive(restore, "it is empty, and a segment has at least 1 "
		                            "byte");
	line.size = member->size;
	rc = sums_add(&restore->own->members, &line);
	if (rc < 0)
		return rc == -E2BIG ? bad_archive(restore, "too many members") : rc;
	restore->left = records->stored;
	restore->padding = padding_of(records->stored);
	restore->sparse = records->sparse;
	restore->plain = !member->described;
	restore->summed = false;
	restore->unread = true;
	return 1;
}

/* What has no data, whatever its header says: links, devices, directories. */
static bool has_data(char type)
{
	return !strchr("123456", type) || type == '\0';
}

/* What a header announces: 1 for a segment, 0 for anything else, which is skipped, or -errno. */
static int take_entry(struct shmbox_restore *restore, const struct ustar *header,
                      struct records *records)
{
	uint64_t length;
	char type = header->typeflag;

	if (type == '0' || type == '\0' || type == '7')
		return take_member(restore, header, records);
	if (type == 'S')
		return bad_archive(restore,
		                   "its holes are in GNU tar's own format: pack it "
		                   "with tar --format=posix");
	if (!read_field(header->size, sizeof(header->size), INT64_MAX - BLOCK, &length))
		return bad_archive(restore,
		                   "the size of a member is not a number, or too large");
	if (type == 'x')
		return records->any ? bad_archive(restore, "records follow records")
		                    : read_records(restore, length, records);
	if (restore->own->skipped++ == SKIPPED_MAX)
		return bad_archive(restore, "too many members are not files");
	return has_data(type) ? take_nothing(restore, length + padding_of(length)) : 0;
}

int shmbox_restore_next(struct shmbox_restore *restore, struct shmbox_member *member)
{
	static const struct records none = {
		.member = { .id = SHMBOX_UNKNOWN },
	};
	struct records records = none;
	struct ustar header = { 0 };
	int rc;

	if (!restore->own || restore->ended)
		return -EINVAL;
	rc = leave_member(restore);
	restore->about[0] = '\0';
	while (rc == 0) {
		rc = take_bytes(restore, &header, BLOCK);
		/* less than a block may be little that was compressed */
		if (rc == -EBADMSG && restore->place < BLOCK && is_compressed(&header))
			restore->problem = compressed;
		if (rc == 0 && is_zero((const char *)&header, BLOCK))
			return records.any ? bad_archive(restore, "no member follows "
			                                          "records")
			                   : end_archive(restore);
		if (rc == 0) {
			const char *problem = check_header(&header);

			rc = problem ? bad_archive(restore, problem)
			             : take_entry(restore, &header, &records);
		}
		if (rc == 0 && header.typeflag != 'x')
			records = none;
	}
	if (rc == 1)
		*member = records.member;
	return rc;
}
