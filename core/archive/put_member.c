/* SPDX-License-Identifier: MIT */
/*
 * put_member.c - one segment as a member of an archive
 *
 * The map of holes comes before the data, so the holes are found first. A page that is written
 * between the search and the copy is still written as a hole, as if it had been read before.
 */

#include "archive/archive.h"
#include "archive/part.h"
#include "bytes/source.h"

/* One segment, as it is written. */
struct dumping {
	struct shmbox_dump *dump;
	const struct shmbox_map *map;
	struct shmbox_job *job;
	struct source source;
	struct extents extents;
	uint64_t data; /* bytes in all extents */
	uint32_t sum;
};

static int find_data(struct dumping *dumping)
{
	uint64_t end = dumping->map->size;
	uint64_t offset = 0;
	int rc = 0;

	while (rc == 0 && offset < end) {
		struct run run = source_run(&dumping->source, offset, end);

		if (!run.hole)
			rc = extents_add(&dumping->extents, offset, run.length);
		offset += run.length;
	}
	if (rc == -E2BIG) {
		/* the map is full: the last run takes the rest, with its holes */
		struct extent *last = &dumping->extents.runs[EXTENTS_MAX - 1];

		last->length = end - last->offset;
		rc = 0;
	}
	for (size_t i = 0; i < dumping->extents.count; i++)
		dumping->data += dumping->extents.runs[i].length;
	dumping->job->how |= dumping->source.how;
	return rc;
}

static int send_run(struct dumping *dumping, const struct extent *run)
{
	struct part part = {
		.whole = dumping->job,
		.before = dumping->job->done,
		.job = {
			.offset = run->offset,
			.length = run->length,
			.fd = dumping->dump->fd,
			.flags = dumping->job->flags,
			.progress = report_part,
			.context = &part,
		},
	};
	int rc = put_flush(dumping->dump);

	if (rc == 0)
		rc = shmbox_send(dumping->map, &part.job);
	end_part(&part);
	dumping->dump->written += part.job.done;
	return rc;
}

/* Copies the run through the buffer, which a sum needs. */
static int copy_run(struct dumping *dumping, const struct extent *run)
{
	struct shmbox_dump *dump = dumping->dump;
	struct shmbox_archive *own = dump->own;
	uint64_t end = run->offset + run->length;
	uint64_t offset = run->offset;
	int rc = 0;

	while (rc == 0 && offset < end) {
		char *at = own->buffer + own->used;
		size_t length = (size_t)least(end - offset, ARCHIVE_PIECE - own->used);

		rc = source_read(&dumping->source, offset, at, length);
		if (rc < 0)
			return rc;
		if (!(dump->flags & SHMBOX_NO_SUMS))
			dumping->sum = sum_add(&own->tables, dumping->sum, at, length);
		own->used += length;
		offset += length;
		dump->written += length;
		if (own->used == ARCHIVE_PIECE)
			rc = put_flush(dump);
		if (rc == 0)
			rc = job_advance(dumping->job, length);
	}
	dumping->job->how |= SHMBOX_BY_BUFFER;
	return rc;
}

static int pass_hole(struct dumping *dumping, uint64_t end)
{
	uint64_t length = end - dumping->job->done;

	if (length == 0)
		return 0;
	dumping->job->how |= SHMBOX_BY_SKIP;
	dumping->sum = sum_add_zeros(dumping->sum, length);
	return job_advance(dumping->job, length);
}

static int put_data(struct dumping *dumping)
{
	const struct shmbox_dump *dump = dumping->dump;
	bool direct = dump->fd && dump->flags & SHMBOX_NO_SUMS;
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < dumping->extents.count; i++) {
		const struct extent *run = &dumping->extents.runs[i];

		rc = pass_hole(dumping, run->offset);
		if (rc == 0)
			rc = direct ? send_run(dumping, run) : copy_run(dumping, run);
	}
	if (rc == 0)
		rc = pass_hole(dumping, dumping->map->size);
	return rc ? rc : put_padding(dumping->dump, dumping->data);
}

/* The size of the huge pages that hold the segment: 0 for ordinary pages. */
static int64_t huge_page_of(const struct source *source)
{
	return source->huge ? (int64_t)huge_page_size(source) : 0;
}

/* The headers, and the map if there are holes. */
static int put_head(struct dumping *dumping, const struct shmbox_member *member)
{
	struct shmbox_dump *dump = dumping->dump;
	uint64_t size = dumping->map->size;
	bool sparse = dumping->data < size;
	int64_t length = sparse ? put_map(NULL, &dumping->extents, size) : 0;
	int rc = put_header(dump, member, (uint64_t)length + dumping->data, sparse);

	if (rc == 0 && sparse)
		length = put_map(dump, &dumping->extents, size);
	return rc ? rc : (int)(length < 0 ? length : 0);
}

static int put_member(struct dumping *dumping, const struct shmbox_member *member)
{
	struct shmbox_dump *dump = dumping->dump;
	struct shmbox_member known = *member;
	struct sum_line line = {
		.name = known.name,
		.size = member->size,
		.known = true,
	};
	int rc = find_data(dumping);

	if (known.huge_page < 0 && dumping->map->address)
		known.huge_page = huge_page_of(&dumping->source);
	if (rc == 0)
		rc = put_head(dumping, &known);
	if (rc == 0)
		rc = put_data(dumping);
	if (rc || dump->flags & SHMBOX_NO_SUMS)
		return rc;
	line.sum = sum_end(&dump->own->tables, dumping->sum, member->size);
	return sums_add(&dump->own->members, &line);
}

int shmbox_dump_segment(struct shmbox_dump *dump, const struct shmbox_member *member,
                        const struct shmbox_map *map, struct shmbox_job *job)
{
	struct shmbox_job silent = { 0 };
	struct dumping dumping = {
		.dump = dump,
		.map = map,
		.job = job ? job : &silent,
	};
	int rc;

	if (!dump->own || member->size != map->size || !member->name[0])
		return -EINVAL;
	dumping.job->offset = 0;
	dumping.job->length = map->size;
	rc = job_begin(map, dumping.job);
	if (rc == 0)
		rc = source_open(&dumping.source, map);
	if (rc < 0)
		return rc;
	rc = put_member(&dumping, member);
	free(dumping.extents.runs);
	source_close(&dumping.source);
	return rc;
}
