/* SPDX-License-Identifier: MIT */
/* bytes.c - bytes of a segment, by pointers, streams and descriptors */

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "api.h"

static void attaches(void)
{
	int id = make(SIZE);
	struct shmbox_map map = attach(id);
	struct shmbox_map reader;
	int rc = shmbox_attach(id, SHMBOX_READ_ONLY, &reader);

	assert(rc == 0);
	assert(map.id == id && map.writable && map.size == SIZE);
	assert(reader.id == id && !reader.writable && reader.size == SIZE);
	assert(look(id).attached == 2 && look(id).last_pid == getpid());
	((char *)map.address)[SIZE - 1] = 'z';
	assert(((const char *)reader.address)[SIZE - 1] == 'z');
	assert(shmbox_write(&reader, 0, "x", 1) == -EACCES);
	rc = shmbox_detach(&reader);
	assert(rc == 0);
	rc = shmbox_detach(&map);
	assert(rc == 0);
	assert(look(id).attached == 0);
	destroy(id);
}

static void reads_and_writes_at_offsets(void)
{
	int id = make(SIZE);
	struct shmbox_map map = attach(id);
	char bytes[32] = "";

	assert(shmbox_write(&map, SIZE - 10, "0123456789", 10) == 10);
	assert(shmbox_read(&map, SIZE - 10, bytes, 4) == 4);
	assert(memcmp(bytes, "0123", 5) == 0);
	assert(shmbox_read(&map, SIZE - 3, bytes, sizeof(bytes)) == 3);
	assert(memcmp(bytes, "789", 3) == 0);
	assert(shmbox_read(&map, SIZE, bytes, 1) == 0);
	assert(shmbox_read(&map, UINT64_MAX, bytes, 1) == 0);
	assert(shmbox_read(&map, 0, bytes, 0) == 0);
	/* all or nothing */
	assert(shmbox_write(&map, SIZE - 3, "abcd", 4) == -ERANGE);
	assert(shmbox_write(&map, SIZE, "a", 1) == -ERANGE);
	assert(shmbox_write(&map, UINT64_MAX, "ab", 2) == -ERANGE);
	assert(shmbox_write(&map, SIZE, "", 0) == 0);
	assert(shmbox_read(&map, SIZE - 3, bytes, 3) == 3);
	assert(memcmp(bytes, "789", 3) == 0);
	shmbox_detach(&map);
	destroy(id);
}

static void streams(void)
{
	int id = make(SIZE);
	FILE *stream = shmbox_fopen(id, "r+");
	char text[16] = "";

	assert(stream);
	assert(fwrite("0123456789", 1, 10, stream) == 10);
	assert(ftello(stream) == 10);
	rewind(stream);
	assert(ftello(stream) == 0);
	assert(fread(text, 1, 4, stream) == 4 && memcmp(text, "0123", 4) == 0);
	assert(fseeko(stream, 2, SEEK_CUR) == 0 && ftello(stream) == 6);
	assert(fgetc(stream) == '6');
	assert(fseeko(stream, -1, SEEK_END) == 0 && ftello(stream) == SIZE - 1);
	assert(fputc('!', stream) == '!' && fflush(stream) == 0);
	assert(fseeko(stream, -1, SEEK_END) == 0);
	assert(fgetc(stream) == '!');
	assert(fgetc(stream) == EOF);
	assert(feof(stream) && !ferror(stream));
	assert(fseeko(stream, -1, SEEK_SET) < 0);
	assert(look(id).attached == 1);
	assert(fclose(stream) == 0);
	assert(look(id).attached == 0);
	destroy(id);
}

/* Wherever the C library notices: at the last of the three calls at the latest. */
static bool stream_takes(int id, off_t offset, size_t length)
{
	FILE *stream = shmbox_fopen(id, "w");
	char *bytes = calloc(1, length);
	bool taken;

	assert(stream && bytes);
	assert(fseeko(stream, offset, SEEK_SET) == 0);
	errno = 0;
	taken = fwrite(bytes, 1, length, stream) == length && fflush(stream) == 0;
	assert(taken == !ferror(stream));
	assert(taken || errno == ENOSPC);
	fclose(stream);
	free(bytes);
	return taken;
}

static void streams_end_where_the_segment_ends(void)
{
	int id = make(SIZE);
	struct shmbox_map map = attach(id);
	char last = 0;

	assert(shmbox_write(&map, SIZE - 1, "x", 1) == 1);
	assert(stream_takes(id, 0, SIZE));
	assert(shmbox_read(&map, SIZE - 1, &last, 1) == 1 && last == 0);
	assert(!stream_takes(id, 0, SIZE + 1));
	assert(!stream_takes(id, 0, (size_t)100 * SIZE));
	assert(!stream_takes(id, SIZE, 1));
	assert(!stream_takes(id, SIZE - 1, 2));
	shmbox_detach(&map);
	destroy(id);
}

static void streams_have_modes(void)
{
	int id = make(SIZE);
	FILE *stream = shmbox_fopen(id, "r");

	assert(stream);
	errno = 0;
	assert(fputc('x', stream) == EOF || fflush(stream) == EOF);
	fclose(stream);
	/* nothing is cut off */
	stream = shmbox_fopen(id, "r+");
	assert(stream && fputs("kept", stream) >= 0 && fclose(stream) == 0);
	stream = shmbox_fopen(id, "w");
	assert(stream && fclose(stream) == 0);
	stream = shmbox_fopen(id, "r");
	assert(stream && fgetc(stream) == 'k' && fclose(stream) == 0);
	errno = 0;
	assert(!shmbox_fopen(id, "x") && errno == EINVAL);
	errno = 0;
	assert(!shmbox_fopen(NO_ID, "r") && errno == ENOENT);
	destroy(id);
}

/* What shmbox-from-shmtool(7) says of the same steps. */
static void does_what_shmtool_did(void)
{
	/* OpenSegment(16, IpcNone, 0600), twice */
	int id = make(16);
	int other = make(16);
	FILE *stream = shmbox_fopen(id, "r+");
	char bytes[16] = "";

	assert(stream && other != id);
	assert(fwrite("0123456789abcdef", 1, 16, stream) == 16 && fflush(stream) == 0);
	/* Reset(), Position() */
	rewind(stream);
	assert(ftello(stream) == 0);
	/* Seek(8, 0), Seek(4, 1), Seek(8, 2) */
	assert(fseeko(stream, 8, SEEK_SET) == 0 && ftello(stream) == 8);
	assert(fseeko(stream, 4, SEEK_CUR) == 0 && ftello(stream) == 12);
	assert(fseeko(stream, -8, SEEK_END) == 0 && ftello(stream) == 8);
	assert(fread(bytes, 1, 16, stream) == 8 && memcmp(bytes, "89abcdef", 8) == 0);
	/* past the end */
	rewind(stream);
	assert(fseeko(stream, 4, SEEK_SET) == 0);
	errno = 0;
	assert(fseeko(stream, 8, SEEK_END) < 0 && errno == EINVAL);
	errno = 0;
	assert(fseeko(stream, 17, SEEK_SET) < 0 && errno == EINVAL);
	assert(fseeko(stream, 4, SEEK_SET) == 0 && fgetc(stream) == '4');
	assert(fclose(stream) == 0);
	destroy(id);
	destroy(other);
}

/* For id 0, which is that of the first segment in a new namespace. */
static void reads_segment_0(void)
{
	int id = make(16);
	struct shmbox_map map;
	FILE *stream;

	assert(id == 0);
	map = attach(id);
	assert(shmbox_write(&map, 0, "x", 1) == 1);
	shmbox_detach(&map);
	stream = shmbox_fopen(id, "r");
	assert(stream && fgetc(stream) == 'x' && fclose(stream) == 0);
	destroy(id);
}

static void moves_bytes_through_descriptors(void)
{
	int id = make(SIZE);
	struct shmbox_map map = attach(id);
	int file = temporary();
	int full = open("/dev/full", O_WRONLY | O_CLOEXEC);
	char text[8] = "";
	struct shmbox_job out = { .offset = 100, .length = 6, .fd = file };
	struct shmbox_job in = { .offset = SIZE - 10, .length = 10, .fd = file };

	assert(shmbox_write(&map, 100, "abcdef", 6) == 6);
	assert(shmbox_send(&map, &out) == 0 && out.done == 6);
	assert(pread(file, text, 6, 0) == 6 && memcmp(text, "abcdef", 6) == 0);
	/* the input ends first */
	lseek(file, 0, SEEK_SET);
	assert(shmbox_receive(&map, &in) == 0 && in.done == 6);
	assert(shmbox_read(&map, SIZE - 10, text, 6) == 6 &&
	       memcmp(text, "abcdef", 6) == 0);
	/* the segment ends first */
	in.length = 11;
	assert(shmbox_receive(&map, &in) == -ERANGE && in.done == 0);
	out = (struct shmbox_job){ .offset = SIZE, .length = 1, .fd = file };
	assert(shmbox_send(&map, &out) == -ERANGE && out.done == 0);
	out = (struct shmbox_job){ .offset = UINT64_MAX, .length = 2, .fd = file };
	assert(shmbox_send(&map, &out) == -ERANGE && out.done == 0);
	out = (struct shmbox_job){ .length = 1, .fd = full };
	assert(shmbox_send(&map, &out) == -ENOSPC && out.done == 0);
	/* what was not set is not standard input */
	out = (struct shmbox_job){ .length = 1 };
	assert(shmbox_send(&map, &out) == -EBADF && out.done == 0);
	assert(shmbox_receive(&map, &out) == -EBADF && out.done == 0);
	assert(shmbox_copy(&map, &out) == -EBADF && out.done == 0);
	assert(shmbox_compare(&map, &out) == -EBADF && out.done == 0);
	lseek(file, 0, SEEK_SET);
	assert(dup2(file, STDIN_FILENO) == STDIN_FILENO);
	in = (struct shmbox_job){ .length = 6, .flags = SHMBOX_STDIN };
	assert(shmbox_receive(&map, &in) == 0 && in.done == 6);
	out = (struct shmbox_job){ .length = 1, .fd = -1 };
	assert(shmbox_send(&map, &out) == -EBADF && out.done == 0);
	close(full);
	close(file);
	shmbox_detach(&map);
	destroy(id);
}

static void populates(void)
{
	uint64_t page = (uint64_t)sysconf(_SC_PAGESIZE);
	int id = make(10 * page);
	struct shmbox_map map = attach(id);
	struct shmbox_job job = { 0 };
	struct shmbox_info info = look(id);

	assert(shmbox_memory(&info, 1) == 0 && info.resident == 0 && info.swapped == 0);
	job.offset = page;
	job.length = 2 * page;
	assert(shmbox_populate(&map, &job) == 0 && job.done == 2 * page);
	assert(shmbox_memory(&info, 1) == 0 && info.resident == (int64_t)(2 * page));
	job = (struct shmbox_job){ .length = map.size };
	assert(shmbox_populate(&map, &job) == 0 && job.done == map.size);
	assert(shmbox_memory(&info, 1) == 0 && info.resident == (int64_t)map.size);
	job.length++;
	assert(shmbox_populate(&map, &job) == -ERANGE && job.done == 0);
	shmbox_detach(&map);
	destroy(id);
}

const struct test bytes_tests[] = {
	{ TEST(attaches) },
	{ TEST(reads_and_writes_at_offsets) },
	{ TEST(streams) },
	{ TEST(streams_end_where_the_segment_ends) },
	{ TEST(streams_have_modes) },
	{ TEST(does_what_shmtool_did) },
	{ TEST(reads_segment_0) },
	{ TEST(moves_bytes_through_descriptors) },
	{ TEST(populates) },
	{ 0 },
};
