/* SPDX-License-Identifier: MIT */
/* restore_check.c - whether the segments of an archive could be made */

#include <errno.h>

#include "diag/diag.h"
#include "work/restore.h"
#include "work/restore_spec.h"

int restore_cannot(const struct restore *restore, int rc, const struct shmbox_spec *spec)
{
	const char *name = restore->archive->member.name;
	struct shmbox_cause cause;
	int status;

	shmbox_explain(SHMBOX_CREATE, rc, spec, &cause);
	if (rc == -ENOTRECOVERABLE) {
		fail(STATUS_FAILED, name,
		     "failed, and a segment of 1 byte with this id remains");
		hint("shmrm %d", spec->id);
		return STATUS_FAILED;
	}
	if (cause.kind == SHMBOX_CAUSE_KEY_TAKEN || cause.kind == SHMBOX_CAUSE_SMALLER) {
		fail(STATUS_EXISTS, name, "a segment with this key exists: id %d",
		     cause.id);
		hint("--new-keys restores it with another key, --no-keys with none");
		return STATUS_EXISTS;
	}
	status = failed(SHMBOX_CREATE, rc, name, spec);
	if (spec->huge_page && status == STATUS_LIMIT)
		hint("--ordinary-pages restores it without huge pages");
	return status;
}

int restore_spec(const struct restore *restore, struct shmbox_spec *spec)
{
	const struct restore_options *options = restore->options;
	const struct shmbox_member *member = &restore->archive->member;
	bool keyed = member->key && !options->no_keys;

	*spec = (struct shmbox_spec){
		.key = keyed && !options->new_keys ? member->key : 0,
		.new_key = keyed && options->new_keys,
		.size = member->size,
		.mode = 0600,
		.want_id = options->same_id,
		.id = options->same_id ? member->id : 0,
	};
	if (options->same_id && member->id < 0)
		return fail(STATUS_FAILED, member->name,
		            "the archive does not contain its id");
	if (member->huge_page > 0 && !options->ordinary_pages)
		spec->huge_page = (uint64_t)member->huge_page;
	return STATUS_OK;
}

/* Checks the limits on all segments together. */
static int check_sums(const struct restore *restore)
{
	unsigned long long count = restore->count;
	unsigned long long pages = restore->pages;
	struct shmbox_limits limits;

	if (shmbox_get_limits(&limits) < 0)
		return STATUS_OK;
	if (limits.segments + count > limits.max_segments) {
		fail(STATUS_LIMIT, restore->archive->name,
		     "needs %llu segments, but kernel.shmmni allows %llu and %llu exist",
		     count, (unsigned long long)limits.max_segments,
		     (unsigned long long)limits.segments);
		hint("sysctl -w kernel.shmmni=%llu",
		     (unsigned long long)limits.segments + count);
		return STATUS_LIMIT;
	}
	if (pages <= limits.max_pages && limits.pages <= limits.max_pages - pages)
		return STATUS_OK;
	fail(STATUS_LIMIT, restore->archive->name,
	     "needs %llu pages, but kernel.shmall allows %llu and %llu are taken", pages,
	     (unsigned long long)limits.max_pages, (unsigned long long)limits.pages);
	hint("sysctl -w kernel.shmall=%llu", (unsigned long long)limits.pages + pages);
	return STATUS_LIMIT;
}

static int check_member(struct restore *restore)
{
	const struct shmbox_member *member = &restore->archive->member;
	struct shmbox_spec spec;
	struct shmbox_limits limits = { .page_size = 4096 };
	int status = restore_spec(restore, &spec);
	int rc;

	if (status != STATUS_OK)
		return status;
	shmbox_get_limits(&limits);
	/* a sparse segment may be larger than the memory */
	spec.noreserve = member->stored < member->size;
	rc = shmbox_would_fit(SHMBOX_CREATE, &spec);
	if (rc < 0)
		return restore_cannot(restore, rc, &spec);
	restore->count++;
	restore->bytes += member->size;
	restore->pages +=
		member->size / limits.page_size + (member->size % limits.page_size != 0);
	return STATUS_OK;
}

int restore_check(struct restore *restore, bool data)
{
	struct archive *archive = restore->archive;
	struct shmbox_restore *reader = &archive->shared->reader;
	int status = archive_begin(archive, data ? 0 : SHMBOX_NO_SUMS);

	restore->count = 0;
	restore->bytes = 0;
	restore->pages = 0;
	while (status == STATUS_OK && archive_next(archive, &status)) {
		int rc;

		status = check_member(restore);
		if (status != STATUS_OK || !data)
			continue;
		rc = shmbox_restore_data(reader, NULL, NULL);
		if (rc < 0)
			status = archive_failed(archive, rc);
	}
	return status == STATUS_OK ? check_sums(restore) : status;
}
