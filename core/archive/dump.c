/*
 * dump.c - segments into an archive
 *
 * The map of holes stands before the data, so holes are found first. What becomes data after
 * that is still written as a hole, as if it had been read a moment before.
 */

#include <stdio.h>
#include <sys/utsname.h>

#include "archive/archive.h"
#include "archive/part.h"
#include "bytes/source.h"

/* ---- what is known of a segment ---- */

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

/* ---- its data ---- */

/* What is written of a segment. */
struct dumping {
	struct shmbox_dump *dump;
	const struct shmbox_map *map;
	struct shmbox_job *job;
	struct source source;
	struct extents extents;
	uint64_t data;       /* bytes of them all */
	uint64_t map_length; /* bytes of the map, with what fills up its last block */
	bool sparse;
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
		/* a map that long is no help: the rest is one run of data */
		struct extent *last = &dumping->extents.runs[EXTENTS_MAX - 1];

		last->length = end - last->offset;
		rc = 0;
	}
	for (size_t i = 0; i < dumping->extents.count; i++)
		dumping->data += dumping->extents.runs[i].length;
	dumping->sparse = dumping->data < end;
	dumping->job->how |= dumping->source.how;
	return rc;
}

/* Two numbers of the map, or its length alone without dump. Returns bytes, or what put() said. */
static int64_t put_numbers(struct shmbox_dump *dump, uint64_t first,
                           const uint64_t *second)
{
	char text[48];
	int length =
		second ? snprintf(text, sizeof(text), "%llu\n%llu\n",
	                          (unsigned long long)first, (unsigned long long)*second)
		       : snprintf(text, sizeof(text), "%llu\n",
	                          (unsigned long long)first);
	int rc = dump ? put_bytes(dump, text, (size_t)length) : 0;

	return rc ? rc : length;
}

/*
 * GNU.sparse 1.0: how many runs, then offset and length of each, a line for every number. A
 * last one of no bytes tells where a hole at the end of the file ends. Without dump nothing is
 * written; dumping->map_length is set.
 */
static int put_map(struct dumping *dumping, struct shmbox_dump *dump)
{
	uint64_t size = dumping->map->size;
	const struct extent *runs = dumping->extents.runs;
	size_t count = dumping->extents.count;
	bool open = count == 0 || runs[count - 1].offset + runs[count - 1].length < size;
	const uint64_t nothing = 0;
	int64_t length = put_numbers(dump, count + open, NULL);
	uint64_t all = (uint64_t)length;

	for (size_t i = 0; length > 0 && i < count; i++) {
		length = put_numbers(dump, runs[i].offset, &runs[i].length);
		all += (uint64_t)length;
	}
	if (length > 0 && open) {
		length = put_numbers(dump, size, &nothing);
		all += (uint64_t)length;
	}
	if (length <= 0)
		return (int)length;
	dumping->map_length = all + padding_of(all);
	return dump ? put_padding(dump, all) : 0;
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

/* By way of the buffer, for the sum. */
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
		known.huge_page =
			(int64_t)(dumping->source.huge ? huge_page_size(&dumping->source)
		                                       : 0);

	if (rc == 0 && dumping->sparse)
		rc = put_map(dumping, NULL);
	if (rc == 0)
		rc = put_header(dump, &known, dumping->map_length + dumping->data,
		                dumping->sparse);
	if (rc == 0 && dumping->sparse)
		rc = put_map(dumping, dump);
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

/* ---- the archive ---- */

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
