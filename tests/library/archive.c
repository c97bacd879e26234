/* SPDX-License-Identifier: MIT */
/*
 * archive.c - a user of libshmbox who writes and reads archives of segments
 *
 * usage: archive TEST; without TEST it prints their names. archive.bats builds it against the
 * installed library.
 */

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "archive-memory.h"

enum { BLOCK = 512, PAGE = 65536, SIZE = 3 * PAGE + 5 };

/* A segment with a hole, data, and a hole at its end; as few blocks as that takes. */
static struct shmbox_map sample(void)
{
	struct shmbox_map map = attach(make(SIZE));

	write_text(&map, SIZE - 5, "data!");
	return map;
}

static void restores(void)
{
	struct shmbox_map map = sample();
	struct shmbox_map copy = attach(make(SIZE));
	struct shmbox_restore reader = { .get = get, .context = archive };
	struct shmbox_job job = { 0 };
	struct shmbox_member member;
	struct shmbox_info info;
	char text[6] = "";

	write_text(&map, 0, "begin");
	assert(shmbox_stat(map.id, &info) == 0);
	for (step = 0; step < 3; step++) {
		assert(dump(&map, step == 1 ? SHMBOX_NO_SUMS : 0) == 0);
		assert(length % BLOCK == 0);
		place = 0;
		assert(shmbox_restore_begin(&reader) == 0);
		assert(shmbox_restore_next(&reader, &member) == 1);
		assert(member.described && member.size == SIZE && member.mode == 0640);
		assert(member.id == map.id && member.key == 0 && !member.locked);
		assert(member.owner_uid == getuid() && member.owner_gid == getgid());
		assert(member.creator_uid == getuid() && member.huge_page == 0);
		assert(member.change_time == info.change_time);
		assert(shmbox_restore_data(&reader, &copy, &job) == 0);
		assert(job.done == SIZE && job.length == SIZE);
		assert(shmbox_restore_data(&reader, &copy, &job) == -EINVAL);
		assert(shmbox_restore_next(&reader, &member) == 0);
		assert(reader.has_sums == (step != 1));
		assert(reader.place == length && !reader.problem);
		assert(shmbox_restore_next(&reader, &member) == -EINVAL);
		shmbox_restore_end(&reader);
		assert(shmbox_read(&copy, SIZE - 5, text, 5) == 5);
		assert(strcmp(text, "data!") == 0);
		assert(shmbox_read(&copy, 0, text, 5) == 5);
		assert(strcmp(text, "begin") == 0);
		assert(shmbox_read(&copy, PAGE, text, 5) == 5);
		assert(memcmp(text, "\0\0\0\0\0", 5) == 0);
	}
	detach(&map);
	detach(&copy);
}

static void skips(void)
{
	struct shmbox_map map = sample();
	struct shmbox_restore reader = { .get = get, .context = archive };
	struct shmbox_member member;

	assert(dump(&map, 0) == 0);
	place = 0;
	assert(shmbox_restore_begin(&reader) == 0);
	assert(shmbox_restore_next(&reader, &member) == 1);
	assert(shmbox_restore_next(&reader, &member) == 0);
	shmbox_restore_end(&reader);
	detach(&map);
}

static void finds_cuts(void)
{
	struct shmbox_map map = sample();
	struct shmbox_restore reader;
	size_t whole;

	assert(dump(&map, 0) == 0);
	whole = length;
	for (length = 0; length < whole; length += BLOCK)
		assert(check(&reader) == -EBADMSG);
	for (length = 1; length < whole; length += 97)
		assert(check(&reader) == -EBADMSG);
	length = whole;
	assert(check(&reader) == 0);
	detach(&map);
}

static void finds_flipped_bits(void)
{
	struct shmbox_map map = sample();
	struct shmbox_restore reader;

	assert(dump(&map, 0) == 0);
	for (size_t at = 0; at < length; at++) {
		for (int bit = 0; bit < 8; bit++) {
			archive[at] ^= (char)(1 << bit);
			if (check(&reader) != -EBADMSG) {
				fprintf(stderr, "byte %zu, bit %d\n", at, bit);
				abort();
			}
			archive[at] ^= (char)(1 << bit);
		}
	}
	assert(check(&reader) == 0);
	detach(&map);
}

static void tells_what_put_said(void)
{
	struct shmbox_map map = sample();

	for (room = 1; room < 4096; room += 1000)
		assert(dump(&map, 0) == -ENOSPC);
	detach(&map);
}

static int count_calls(void *context)
{
	return ++*(int *)context == 2 ? -ECANCELED : 0;
}

static void is_watched_and_ended(void)
{
	struct shmbox_dump writer = { .put = put, .context = archive };
	int calls = 0;
	struct shmbox_job job = { .progress = count_calls, .context = &calls };
	struct shmbox_map map = sample();
	struct shmbox_member member;
	struct shmbox_info info;

	assert(shmbox_stat(map.id, &info) == 0);
	shmbox_dump_describe(&info, &member);
	assert(shmbox_dump_begin(&writer) == 0);
	assert(shmbox_dump_segment(&writer, &member, &map, &job) == -ECANCELED);
	shmbox_dump_end(&writer);
	detach(&map);
}

static void refuses(void)
{
	struct shmbox_map map = sample();
	struct shmbox_map small = attach(make(1));
	struct shmbox_map read_only;
	struct shmbox_dump writer = { 0 };
	struct shmbox_restore reader = { 0 };
	struct shmbox_member member = { .name = "x", .size = 1 };

	assert(shmbox_dump_begin(&writer) == -EINVAL);
	assert(shmbox_dump_segment(&writer, &member, &small, NULL) == -EINVAL);
	assert(shmbox_dump_finish(&writer) == -EINVAL);
	shmbox_dump_end(&writer);
	writer.put = put;
	writer.context = archive;
	writer.flags = 4;
	assert(shmbox_dump_begin(&writer) == -EINVAL);
	writer.flags = 0;
	assert(shmbox_dump_begin(&writer) == 0);
	assert(shmbox_dump_segment(&writer, &member, &map, NULL) == -EINVAL);
	shmbox_dump_end(&writer);
	assert(shmbox_restore_begin(&reader) == -EINVAL);
	assert(shmbox_restore_next(&reader, &member) == -EINVAL);
	reader.get = get;
	reader.context = archive;
	assert(dump(&map, 0) == 0);
	place = 0;
	assert(shmbox_restore_begin(&reader) == 0);
	assert(shmbox_restore_data(&reader, NULL, NULL) == -EINVAL);
	assert(shmbox_restore_next(&reader, &member) == 1);
	assert(shmbox_restore_data(&reader, &small, NULL) == -EINVAL);
	assert(shmbox_attach(map.id, SHMBOX_READ_ONLY, &read_only) == 0);
	assert(shmbox_restore_data(&reader, &read_only, NULL) == -EACCES);
	shmbox_detach(&read_only);
	shmbox_restore_end(&reader);
	detach(&small);
	detach(&map);
}

static const struct {
	const char *name;
	void (*run)(void);
} tests[] = {
	{ "restores", restores },
	{ "skips", skips },
	{ "finds_cuts", finds_cuts },
	{ "finds_flipped_bits", finds_flipped_bits },
	{ "tells_what_put_said", tells_what_put_said },
	{ "is_watched_and_ended", is_watched_and_ended },
	{ "refuses", refuses },
};

int main(int argc, char **argv)
{
	for (size_t i = 0; i < sizeof(tests) / sizeof(*tests); i++) {
		if (argc < 2) {
			puts(tests[i].name);
		} else if (strcmp(argv[1], tests[i].name) == 0) {
			tests[i].run();
			return 0;
		}
	}
	return argc > 1;
}
