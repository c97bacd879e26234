/* SPDX-License-Identifier: MIT */
/*
 * source.c - read a segment, and find its holes
 *
 * A page that was never written is a hole. Reading it through a mapping allocates memory.
 * The segment's file (/proc/self/map_files, which requires a capability) reports holes
 * exactly, and reading it allocates nothing. Otherwise we ask mincore(2), which reports a
 * page in swap as absent too, and does not know huge pages (docs/kernel.md, Holes). Its
 * answer counts only if no page can be in swap; in doubt, a page is data.
 */

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/syscall.h>

#include "bytes/source.h"
#include "proc/procfs.h"

/* MADV_COLD of <linux/mman.h>, Linux 5.4; musl 1.2.3 lacks it. */
enum { COLD = 20 };

/* ---- holes ---- */

static uint64_t to_page(uint64_t offset)
{
	return offset & ~(page_size() - 1);
}

/*
 * Asks mincore(2) for up to PAGES pages from offset. Returns their number, or 0 if the
 * call fails; *absent is true if a page of them is not in memory.
 */
static size_t query_pages(const struct shmbox_map *map, uint64_t offset, uint64_t end,
                          unsigned char *resident, bool *absent)
{
	uint64_t page = page_size();
	uint64_t start = to_page(offset);
	size_t count = (size_t)least(PAGES, (end - start + page - 1) / page);

	*absent = false;
	if (!map->address ||
	    mincore((char *)map->address + start, (size_t)(count * page), resident) < 0)
		return 0;
	for (size_t i = 0; i < count; i++)
		*absent |= !(resident[i] & 1);
	return count;
}

bool all_present(const struct shmbox_map *map, uint64_t offset, size_t length)
{
	unsigned char resident[PAGES];
	bool absent;

	return offset + length <= to_page(offset) + PAGES * page_size() &&
	       query_pages(map, offset, offset + length, resident, &absent) && !absent;
}

/* Asks mincore(2) for the next pages. Sets how to 0 if its answer may be wrong. */
static void query_next_pages(struct source *source, uint64_t offset)
{
	bool absent;

	source->resident_start = to_page(offset);
	source->pages = query_pages(source->map, offset, source->map->size,
	                            source->resident, &absent);
	if (!source->pages)
		source->how = 0;
	if (absent) {
		struct swap now = read_swap(source->map->id);

		if (!nothing_swapped(&source->swap, &now))
			source->how = 0;
		source->swap = now;
	}
}

static struct run resident_run(struct source *source, uint64_t offset, uint64_t end)
{
	uint64_t page = page_size();
	size_t first;
	size_t next;

	if (offset < source->resident_start ||
	    offset >= source->resident_start + source->pages * page)
		query_next_pages(source, offset);
	if (!source->how)
		return (struct run){ .length = end - offset };
	first = (size_t)((offset - source->resident_start) / page);
	for (next = first + 1; next < source->pages; next++) {
		if ((source->resident[next] ^ source->resident[first]) & 1)
			break;
	}
	return (struct run){
		.length = least(end, source->resident_start + next * page) - offset,
		.hole = !(source->resident[first] & 1),
	};
}

static struct run seek_run(struct source *source, uint64_t offset, uint64_t end)
{
	off_t data = lseek(source->file, (off_t)offset, SEEK_DATA);
	off_t hole;

	if (data < 0 && errno == ENXIO)
		return (struct run){ .length = end - offset, .hole = true };
	if (data > (off_t)offset)
		return (struct run){ .length = least(end, (uint64_t)data) - offset,
			             .hole = true };
	hole = data < 0 ? -1 : lseek(source->file, (off_t)offset, SEEK_HOLE);
	if (hole > (off_t)offset)
		return (struct run){ .length = least(end, (uint64_t)hole) - offset };
	source->how = 0;
	return (struct run){ .length = end - offset };
}

struct run source_run(struct source *source, uint64_t offset, uint64_t end)
{
	if (source->huge)
		return huge_run(source, offset, end);
	if (source->how == SHMBOX_BY_SEEK)
		return seek_run(source, offset, end);
	if (source->how == SHMBOX_BY_MINCORE)
		return resident_run(source, offset, end);
	return (struct run){ .length = end - offset };
}

/* ---- all of it ---- */

void source_init(struct source *source, const struct shmbox_map *map)
{
	source->map = map;
	source->window = (struct window){ .map = map };
	source->file = -1;
	source->huge = false;
	source->empty = false;
	source->how = 0;
	source->to_file = false;
	source->copied = 0;
	source->through = 0;
	source->kernel = (struct kernel_copy){ 0 };
	source->resident_start = 0;
	source->pages = 0;
}

/*
 * MADV_COLD works on ordinary pages only. It also fails before Linux 5.4, if a filter
 * refuses it, and if all memory is locked: then it fails on our own stack too, and we try
 * MADV_DONTNEED, which refuses a part of a huge page before Linux 5.18 (docs/kernel.md,
 * Huge pages).
 */
static bool has_huge_pages(const struct source *source)
{
	size_t page = (size_t)page_size();
	char here;

	if (source->file >= 0)
		return is_hugetlbfs(source->file);
	if (madvise(source->map->address, page, COLD) == 0)
		return false;
	return madvise((void *)((uintptr_t)&here & ~(page - 1)), page, COLD) == 0 ||
	       madvise(source->map->address, page, MADV_DONTNEED) < 0;
}

int source_open(struct source *source, const struct shmbox_map *map)
{
	source_init(source, map);
	if (map->address)
		source->file = open_attached(map);
	else if (map->copy)
		source->file = fcntl(map->copy, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
	else
		source->file = open_map_file(map, map->holder.start, map->holder.end);
	if (source->file < 0 && !map->address)
		return source->file == -ENOENT ? -ESRCH : source->file;
	source->huge = has_huge_pages(source);
	if (source->file >= 0) {
		source->how = SHMBOX_BY_SEEK;
	} else if (!source->huge) {
		source->how = SHMBOX_BY_MINCORE;
		source->swap = read_swap(map->id);
	} else {
		source->empty = has_no_page(map->id);
	}
	return 0;
}

void source_close(struct source *source)
{
	window_close(&source->window);
	kernel_copy_end(&source->kernel);
	if (source->file >= 0)
		close(source->file);
}

static int read_from_file(int file, uint64_t offset, char *buffer, size_t length)
{
	while (length > 0) {
		ssize_t got = pread(file, buffer, length, (off_t)offset);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return got < 0 ? -errno : -EFAULT;
		buffer += got;
		offset += (uint64_t)got;
		length -= (size_t)got;
	}
	return 0;
}

bool by_kernel(struct source *source, uint64_t length)
{
	if (source->huge || !source->map->address)
		return false;
	if (source->through < KERNEL_COPY_LEAST) {
		source->through += length;
		return false;
	}
	return kernel_copy_way(&source->kernel) != 0;
}

/* Reads by kernel_copy(). Returns how many bytes, or 0 if that is not the way. */
static uint64_t read_by_kernel(struct source *source, uint64_t offset,
                               const struct iovec *buffer)
{
	const struct iovec mapped = { .iov_base = (char *)source->map->address + offset,
		                      .iov_len = buffer->iov_len };
	int64_t got = 0;

	if (by_kernel(source, buffer->iov_len))
		got = kernel_copy(&source->kernel, &mapped, buffer, 1, false);
	if (got <= 0)
		return 0;
	source->copied |= source->kernel.how;
	return (uint64_t)got;
}

/* Copies a run of data from the mapping. */
static int read_from_pages(struct source *source, uint64_t offset, char *buffer,
                           uint64_t length)
{
	while (length > 0) {
		const char *from = (const char *)source->map->address + offset;
		struct run run = { .length = window_move(&source->window, offset, length,
			                                 false) };
		uint64_t got =
			read_by_kernel(source, offset,
		                       &(struct iovec){ .iov_base = buffer,
		                                        .iov_len = (size_t)run.length });
		int rc = got ? 0 : touch_run(source, offset, &run, false);

		if (rc < 0)
			return rc;
		if (got)
			run.length = got;
		else if (run.hole)
			memset(buffer, 0, (size_t)run.length);
		else
			memcpy(buffer, from, (size_t)run.length);
		buffer += run.length;
		offset += run.length;
		length -= run.length;
	}
	return 0;
}

int source_read(struct source *source, uint64_t offset, void *buffer, size_t length)
{
	char *to = buffer;
	uint64_t end = offset + length;
	int rc = 0;

	if (source->file >= 0)
		return read_from_file(source->file, offset, buffer, length);
	while (rc == 0 && offset < end) {
		struct run run = source_run(source, offset, end);

		if (run.hole)
			memset(to, 0, (size_t)run.length);
		else
			rc = read_from_pages(source, offset, to, run.length);
		to += run.length;
		offset += run.length;
	}
	return rc;
}

bool would_take_huge_page(const struct shmbox_map *map, uint64_t offset)
{
	struct source source;
	bool hole;

	if (all_present(map, offset, 1) || source_open(&source, map) < 0)
		return false;
	hole = source.huge && source_run(&source, offset, offset + 1).hole;
	source_close(&source);
	return hole;
}
