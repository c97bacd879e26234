/* SPDX-License-Identifier: MIT */
/*
 * floor_receive.c - the floors of the rows that fill large segments
 * usage: floor_receive WAY KEY FILE [SIZE OFFSET LENGTH HEADER]
 *
 * Fills the segment from a file, or from standard input if FILE is "-". With SIZE and so
 * on, as an archive is restored: creates the segment, leaves out HEADER bytes of the file,
 * and puts LENGTH bytes at OFFSET. The ways sendfile, splice and pwrite require a
 * privilege: they use the segment's file. See floor.h for what a floor is.
 */

#include "floor_bytes.h"

static ssize_t by_read(struct job *job, uint64_t offset, uint64_t length)
{
	return read(job->input, job->segment.address + offset, least(length, MOST));
}

static ssize_t by_populated_read(struct job *job, uint64_t offset, uint64_t length)
{
	length = window(job, offset, length, POPULATE_WRITE);
	return read(job->input, job->segment.address + offset, length);
}

/* Huge pages are provided by the read(2) itself, if they are allowed. */
static ssize_t by_huge_read(struct job *job, uint64_t offset, uint64_t length)
{
	if (offset == 0)
		madvise(job->segment.address, length, MADV_HUGEPAGE);
	return by_read(job, offset, length);
}

static ssize_t by_vm_write(struct job *job, uint64_t offset, uint64_t length)
{
	ssize_t got = read(job->input, buffer, least(length, BUFFER));
	struct iovec from = { .iov_base = buffer, .iov_len = (size_t)got };
	struct iovec to = { .iov_base = job->segment.address + offset,
		            .iov_len = (size_t)got };

	return got <= 0 ? got : process_vm_writev(getpid(), &from, 1, &to, 1, 0);
}

static ssize_t by_mem_write(struct job *job, uint64_t offset, uint64_t length)
{
	ssize_t got = read(job->input, buffer, least(length, BUFFER));

	return got <= 0 ? got
	                : pwrite(job->memory, buffer, (size_t)got,
	                         (off_t)((uintptr_t)job->segment.address + offset));
}

static ssize_t by_pwrite(struct job *job, uint64_t offset, uint64_t length)
{
	ssize_t got = read(job->input, buffer, least(length, BUFFER));

	return got <= 0 ? got
	                : pwrite(job->segment.file, buffer, (size_t)got, (off_t)offset);
}

static ssize_t by_file(struct job *job, uint64_t offset, uint64_t length)
{
	if (lseek(job->segment.file, (off_t)offset, SEEK_SET) < 0)
		return -1;
	return sendfile(job->segment.file, job->input, NULL, least(length, MOST));
}

static ssize_t by_splice_in(struct job *job, uint64_t offset, uint64_t length)
{
	off_t at = (off_t)offset;

	return splice(job->input, NULL, job->segment.file, &at, least(length, MOST), 0);
}

static const struct way ways[] = {
	{ "read", by_read, false },
	{ "populate", by_populated_read, false },
	{ "process_vm", by_vm_write, false },
	{ "mem", by_mem_write, false },
	{ "huge", by_huge_read, false },
	{ "pwrite", by_pwrite, true },
	{ "sendfile", by_file, true },
	{ "splice", by_splice_in, true },
	{ NULL, NULL, false },
};

static void receive(struct job *job, const struct way *way, uint64_t offset, uint64_t end)
{
	while (offset < end) {
		ssize_t moved = way->move(job, offset, end - offset);

		if (moved <= 0)
			failed(way->name);
		offset += (uint64_t)moved;
	}
}

int main(int argc, char **argv)
{
	struct job job = { 0 };
	const struct way *way;
	key_t key;
	uint64_t offset = 0;
	int id;

	if (argc != 4 && argc != 8)
		return 2;
	way = find_way(ways, argv[1]);
	key = (key_t)strtol(argv[2], NULL, 10);
	id = argc == 4 ? shmget(key, 0, 0)
	               : shmget(key, strtoull(argv[4], NULL, 10), IPC_CREAT | 0600);
	job.segment = attach(id, 0);
	if (way->of_file)
		open_file(&job.segment, O_RDWR);
	if (way->move == by_mem_write)
		job.memory = open("/proc/self/mem", O_RDWR | O_CLOEXEC);
	if (strcmp(argv[3], "-") != 0)
		job.input = open(argv[3], O_RDONLY | O_CLOEXEC);
	else
		fcntl(0, F_SETPIPE_SZ, PIPE);
	if (argc == 4) {
		receive(&job, way, 0, job.segment.size);
		return 0;
	}
	offset = strtoull(argv[5], NULL, 10);
	lseek(job.input, strtol(argv[7], NULL, 10), SEEK_SET);
	receive(&job, way, offset, offset + strtoull(argv[6], NULL, 10));
	return 0;
}
