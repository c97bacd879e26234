/* SPDX-License-Identifier: MIT */
/*
 * archive.c - a user of libshmbox who writes and reads archives of segments
 *
 * usage: archive TEST; without TEST it prints their names. archive.bats builds it against the
 * installed library.
 */

#undef NDEBUG
#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <shmbox/shmbox.h>

enum { ROOM = 1 << 20, BLOCK = 512, PAGE = 65536, SIZE = 3 * PAGE + 5 };

/* ---- an archive in memory ---- */

static char archive[ROOM];
static size_t length; /* of the archive */
static size_t place;  /* where it is read */
static size_t step;   /* bytes of one read; 0: as many as are asked for */
static size_t room;   /* put() fails past this; 0: never */

static int put(void *context, const void *bytes, size_t count)
{
	assert(context == archive);
	if (room && length + count > room)
		return -ENOSPC;
	assert(length + count <= ROOM);
	memcpy(archive + length, bytes, count);
	length += count;
	return 0;
}

static int64_t get(void *context, void *bytes, size_t count)
{
	assert(context == archive);
	if (count > length - place)
		count = length - place;
	if (step && count > step)
		count = step;
	memcpy(bytes, archive + place, count);
	place += count;
	return (int64_t)count;
}

static int make(uint64_t size)
{
	const struct shmbox_spec spec = { .size = size, .mode = 0640 };
	int id = shmbox_create(&spec);

	assert(id >= 0);
	return id;
}

static struct shmbox_map attach(int id)
{
	struct shmbox_map map;
	int rc = shmbox_attach(id, 0, &map);

	assert(rc == 0);
	return map;
}

static void detach(struct shmbox_map *map)
{
	int id = map->id;

	assert(shmbox_detach(map) == 0);
	assert(shmbox_remove(id) == 0);
}

static void write_text(const struct shmbox_map *map, uint64_t offset, const char *text)
{
	assert(shmbox_write(map, offset, text, strlen(text)) == (int64_t)strlen(text));
}

/* Writes an archive of one segment; 0 or what went wrong. */
static int dump(const struct shmbox_map *map, unsigned flags)
{
	struct shmbox_dump writer = { .put = put, .context = archive, .flags = flags };
	struct shmbox_member member;
	struct shmbox_info info;
	int rc;

	length = 0;
	assert(shmbox_stat(map->id, &info) == 0);
	info.huge_page = 0;
	shmbox_dump_describe(&info, &member);
	rc = shmbox_dump_begin(&writer);
	if (rc == 0)
		rc = shmbox_dump_segment(&writer, &member, map, NULL);
	if (rc == 0)
		rc = shmbox_dump_finish(&writer);
	assert(rc < 0 || writer.written == length);
	shmbox_dump_end(&writer);
	return rc;
}

/* Reads it, without a segment; 0 or what went wrong. */
static int check(struct shmbox_restore *reader)
{
	struct shmbox_member member;
	int rc;

	*reader = (struct shmbox_restore){ .get = get, .context = archive };
	place = 0;
	rc = shmbox_restore_begin(reader);
	while (rc == 0 && (rc = shmbox_restore_next(reader, &member)) == 1)
		rc = shmbox_restore_data(reader, NULL, NULL);
	shmbox_restore_end(reader);
	assert((rc == -EBADMSG) == (reader->problem != NULL));
	return rc;
}

/* ---- tests ---- */

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
