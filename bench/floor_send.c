/* SPDX-License-Identifier: MIT */
/*
 * floor_send.c - the floors of the rows that read large segments
 * usage: floor_send WAY KEY [HEADER]
 *
 * Copies the segment to standard output. A hole becomes one in a file, and zeros in a
 * pipe. With HEADER, a hole is left out, and this many bytes precede the data, as in an
 * archive. The ways splice, sendfile and pread require a privilege: they use the segment's
 * file. See floor.h for what a floor is.
 */

#include "floor_bytes.h"

enum { PAGE = 4096, PIECE = 1 << 30, TRAILER = 1024 }; /* bytes */

static ssize_t by_write(struct job *job, uint64_t offset, uint64_t length)
{
	return write(1, job->segment.address + offset, length);
}

static ssize_t by_populate(struct job *job, uint64_t offset, uint64_t length)
{
	length = window(job, offset, length, POPULATE_READ);
	return write(1, job->segment.address + offset, length);
}

static ssize_t by_vmsplice(struct job *job, uint64_t offset, uint64_t length)
{
	struct iovec pages = { .iov_base = job->segment.address + offset };

	pages.iov_len = window(job, offset, length, POPULATE_READ);
	return vmsplice(1, &pages, 1, 0);
}

/* A pipe of our own takes the pages, without access to them, and the file gets them. */
static ssize_t by_own_pipe(struct job *job, uint64_t offset, uint64_t length)
{
	struct iovec pages = { .iov_base = job->segment.address + offset,
		               .iov_len = least(length, PIPE) };
	ssize_t taken = vmsplice(job->ends[1], &pages, 1, 0);

	for (ssize_t left = taken; left > 0;) {
		ssize_t moved =
			splice(job->ends[0], NULL, 1, NULL, (size_t)left, SPLICE_F_MOVE);

		if (moved <= 0)
			return moved;
		left -= moved;
	}
	return taken;
}

static ssize_t by_vm_read(struct job *job, uint64_t offset, uint64_t length)
{
	struct iovec to = { .iov_base = buffer, .iov_len = least(length, BUFFER) };
	struct iovec from = { .iov_base = job->segment.address + offset,
		              .iov_len = to.iov_len };
	ssize_t got = process_vm_readv(getpid(), &to, 1, &from, 1, 0);

	return got <= 0 ? -1 : write(1, buffer, (size_t)got);
}

static ssize_t by_mem_read(struct job *job, uint64_t offset, uint64_t length)
{
	ssize_t got = pread(job->memory, buffer, least(length, BUFFER),
	                    (off_t)((uintptr_t)job->segment.address + offset));

	return got <= 0 ? -1 : write(1, buffer, (size_t)got);
}

static ssize_t by_pread(struct job *job, uint64_t offset, uint64_t length)
{
	ssize_t got =
		pread(job->segment.file, buffer, least(length, BUFFER), (off_t)offset);

	return got <= 0 ? -1 : write(1, buffer, (size_t)got);
}

static ssize_t by_splice(struct job *job, uint64_t offset, uint64_t length)
{
	off_t at = (off_t)offset;

	return splice(job->segment.file, &at, 1, NULL, least(length, MOST), 0);
}

static ssize_t by_sendfile(struct job *job, uint64_t offset, uint64_t length)
{
	off_t at = (off_t)offset;

	return sendfile(1, job->segment.file, &at, least(length, MOST));
}

static const struct way ways[] = {
	{ "write", by_write, false },        { "populate", by_populate, false },
	{ "vmsplice", by_vmsplice, false },  { "own-pipe", by_own_pipe, false },
	{ "process_vm", by_vm_read, false }, { "mem", by_mem_read, false },
	{ "pread", by_pread, true },         { "splice", by_splice, true },
	{ "sendfile", by_sendfile, true },   { NULL, NULL, false },
};

/* ---- holes ---- */

/* Returns the end of the run of data, or of the hole, at offset. */
static uint64_t run_in_file(const struct segment *segment, uint64_t offset, bool *hole)
{
	off_t end = lseek(segment->file, (off_t)offset, SEEK_DATA);

	*hole = end != (off_t)offset;
	if (end == (off_t)offset)
		end = lseek(segment->file, end, SEEK_HOLE);
	return end < 0 ? segment->size : (uint64_t)end;
}

static uint64_t run_in_memory(const struct segment *segment, uint64_t offset, bool *hole)
{
	static unsigned char present[PIECE / PAGE];
	uint64_t first = offset & ~(uint64_t)(PIECE - 1);
	uint64_t pages = (least(PIECE, segment->size - first) + PAGE - 1) / PAGE;
	uint64_t page = (offset - first) / PAGE;
	const unsigned char *end;

	if (page == 0)
		mincore(segment->address + first, pages * PAGE, present);
	*hole = !present[page];
	end = memchr(present + page, *hole ? 1 : 0, pages - page);
	return end ? first + (uint64_t)(end - present) * PAGE
	           : least(segment->size, first + PIECE);
}

static void send_hole(uint64_t length, bool to_pipe)
{
	static char *zeros;

	if (!to_pipe) {
		lseek(1, (off_t)length, SEEK_CUR);
		return;
	}
	if (!zeros) {
		zeros = mmap(NULL, WINDOW, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		madvise(zeros, WINDOW, POPULATE_READ);
	}
	while (length > 0) {
		struct iovec pages = { .iov_base = zeros,
			               .iov_len = least(length, WINDOW) };
		ssize_t moved = vmsplice(1, &pages, 1, 0);

		if (moved <= 0)
			failed("hole");
		length -= (uint64_t)moved;
	}
}

/* ---- all of it ---- */

static void send_data(struct job *job, const struct way *way, uint64_t offset,
                      uint64_t end)
{
	while (offset < end) {
		ssize_t moved = way->move(job, offset, end - offset);

		if (moved <= 0)
			failed(way->name);
		offset += (uint64_t)moved;
	}
}

static void put_zeros(size_t length)
{
	static const char zeros[4096];

	if (write(1, zeros, length) != (ssize_t)length)
		failed("write");
}

static bool to_null(void)
{
	struct stat st;

	return fstat(1, &st) == 0 && S_ISCHR(st.st_mode);
}

static void send_all(struct job *job, const struct way *way, bool archive)
{
	bool to_pipe = fcntl(1, F_SETPIPE_SZ, PIPE) >= 0;
	bool hole = false;
	uint64_t end;

	/* splice(2) provides zeros for holes itself, and /dev/null does not look at them */
	if ((to_pipe && way->move == by_splice) || to_null()) {
		send_data(job, way, 0, job->segment.size);
		return;
	}
	for (uint64_t offset = 0; offset < job->segment.size; offset = end) {
		end = way->of_file ? run_in_file(&job->segment, offset, &hole)
		                   : run_in_memory(&job->segment, offset, &hole);
		if (!hole)
			send_data(job, way, offset, end);
		else if (!archive)
			send_hole(end - offset, to_pipe);
	}
	if (hole && !archive && !to_pipe && ftruncate(1, (off_t)job->segment.size) < 0)
		failed("ftruncate");
}

int main(int argc, char **argv)
{
	struct job job = { 0 };
	const struct way *way;

	if (argc < 3)
		return 2;
	way = find_way(ways, argv[1]);
	job.segment = attach(shmget((key_t)strtol(argv[2], NULL, 10), 0, 0), SHM_RDONLY);
	if (way->of_file)
		open_file(&job.segment, O_RDONLY);
	if (way->move == by_mem_read)
		job.memory = open("/proc/self/mem", O_RDONLY | O_CLOEXEC);
	if (way->move == by_own_pipe && (pipe2(job.ends, O_CLOEXEC) < 0 ||
	                                 fcntl(job.ends[1], F_SETPIPE_SZ, PIPE) < 0))
		failed("pipe");
	if (argc > 3)
		put_zeros(strtoul(argv[3], NULL, 10));
	send_all(&job, way, argc > 3);
	if (argc > 3)
		put_zeros(TRAILER);
	return 0;
}
