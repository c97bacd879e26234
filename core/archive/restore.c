/* SPDX-License-Identifier: MIT */
/*
 * restore.c - an archive that is read: its members and its end
 *
 * An archive is not trusted: every number is checked before it is used, a name is compared and
 * shown but never opened, and a member that is not understood is refused or skipped.
 */

#include <stdio.h>

#include "archive/input.h"
#include "bytes/job.h"

enum { SKIPPED_MAX = 65536 };

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

/* ---- members ---- */

/* Skips the rest of the member before, and notes its sum. */
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

/* Returns 1 for a segment; 0 for CKSUM, which was read; or -errno. */
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

/* False for links, devices and directories, which have no data whatever their size says. */
static bool has_data(char type)
{
	return !strchr("123456", type) || type == '\0';
}

/* Returns 1 for a segment; 0 for anything else, whose data was read or skipped; or -errno. */
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
	while (rc == 0) {
		restore->about[0] = '\0';
		rc = take_bytes(restore, &header, BLOCK);
		/* a compressed file may be shorter than a block */
		if (rc == -EBADMSG && restore->place < BLOCK && check_compressed(&header))
			restore->problem = check_compressed(&header);
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
