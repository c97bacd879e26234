/* SPDX-License-Identifier: MIT */
/*
 * huge.c - read and touch segments with huge pages
 *
 * The first access to a huge page takes it from the pool, and it stays with the segment.
 * Neither SEEK_DATA nor mincore(2) reports which pages exist (docs/kernel.md, Huge
 * pages). Reading the segment's file takes no page, so zeros that are read there count as
 * a hole. Without the file only the number of pages is known.
 */

#include <sys/stat.h>

#include "bytes/source.h"
#include "bytes/touch.h"
#include "proc/mappings.h"
#include "proc/procfs.h"

/*
 * Bytes. PIECE is the unit in which zeros are searched, a multiple of every ordinary
 * page. BLOCK is the unit of st_blocks (stat(2)).
 */
enum { BUFFER = 4096, PIECE = 65536, BLOCK = 512 };

uint64_t huge_page_size(const struct source *source)
{
	/* pid 0 means our own process */
	const struct shmbox_holder attach = { .start = (uintptr_t)source->map->address };
	struct smaps smaps;
	struct stat st;

	if (source->file >= 0)
		return fstat(source->file, &st) == 0 ? (uint64_t)st.st_blksize : 0;
	return read_smaps(&attach, 1, &smaps) ? (uint64_t)smaps.page : 0;
}

bool has_no_page(int id)
{
	struct shmbox_info info = {
		.id = id,
		.resident = SHMBOX_UNKNOWN,
		.huge_page = SHMBOX_UNKNOWN,
	};

	return shmbox_memory(&info, 1) == 0 && info.resident == 0 && info.swapped == 0;
}

/* Returns an upper bound of the bytes that have memory. */
static uint64_t max_bytes(const struct source *source)
{
	struct stat st;

	if (source->empty)
		return 0;
	return source->file >= 0 && fstat(source->file, &st) == 0
	               ? (uint64_t)st.st_blocks * BLOCK
	               : source->map->size;
}

bool lacks_huge_pages(const struct source *source)
{
	return source->huge && max_bytes(source) < source->map->size;
}

static bool reads_as_zeros(const struct source *source, uint64_t offset, uint64_t end)
{
	char bytes[BUFFER];

	while (offset < end) {
		size_t length = (size_t)least(end - offset, BUFFER);
		ssize_t got = pread(source->file, bytes, length, (off_t)offset);

		if (got <= 0 || !is_zero(bytes, (size_t)got))
			return false;
		offset += (uint64_t)got;
	}
	return true;
}

struct run huge_run(const struct source *source, uint64_t offset, uint64_t end)
{
	uint64_t max = max_bytes(source);
	uint64_t first = offset - offset % PIECE;

	if (max == 0 || max >= source->map->size)
		return (struct run){ .length = end - offset, .hole = max == 0 };
	return (struct run){
		.length = least(end, first + PIECE) - offset,
		/* read past the end of the segment too, to the end of its last page */
		.hole = reads_as_zeros(source, first, first + PIECE),
	};
}

int touch_run(const struct source *source, uint64_t offset, struct run *run, bool write)
{
	const char *at = (const char *)source->map->address + offset;
	int rc = touch(at, (size_t)run->length, write);
	uint64_t page;

	if (rc != -EFAULT || !source->huge)
		return rc;
	/* the pool lacks a huge page for the range: try its first page alone */
	page = huge_page_size(source);
	page = page ? page : page_size();
	run->length = least(run->length, page - offset % page);
	rc = touch(at, (size_t)run->length, write);
	run->hole = rc == -EFAULT;
	return run->hole ? 0 : rc;
}
