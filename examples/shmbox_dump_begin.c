/* SPDX-License-Identifier: MIT */
/* shmbox_dump_begin - a segment goes into an archive, and a copy of it comes out */

#include <inttypes.h>
#include <shmbox/shmbox.h>

static int put(void *file, const void *bytes, size_t length)
{
	return fwrite(bytes, 1, length, file) == length ? 0 : -1;
}

static int64_t get(void *file, void *bytes, size_t length)
{
	return (int64_t)fread(bytes, 1, length, file);
}

static int dump(int id, FILE *file)
{
	struct shmbox_dump dump = { .put = put, .context = file };
	struct shmbox_member member = { 0 };
	struct shmbox_info info;
	struct shmbox_map map;
	int rc = shmbox_stat(id, &info);

	if (rc < 0 || shmbox_attach(id, SHMBOX_READ_ONLY, &map) < 0)
		return -1;
	shmbox_dump_describe(&info, &member);
	rc = shmbox_dump_begin(&dump);
	if (rc == 0)
		rc = shmbox_dump_segment(&dump, &member, &map, NULL);
	if (rc == 0)
		rc = shmbox_dump_finish(&dump);
	shmbox_dump_end(&dump);
	shmbox_detach(&map);
	return rc;
}

/* Returns the id of the copy. */
static int restore(FILE *file)
{
	struct shmbox_restore archive = { .get = get, .context = file };
	struct shmbox_member member = { 0 };
	struct shmbox_spec spec = { .mode = 0600 };
	struct shmbox_map map;
	int id = -1;
	int rc = shmbox_restore_begin(&archive);

	if (rc == 0)
		rc = shmbox_restore_next(&archive, &member);
	if (rc == 1) {
		spec.size = member.size;
		id = shmbox_create(&spec);
		rc = id < 0 ? id : shmbox_attach(id, 0, &map);
	}
	if (rc == 0) {
		rc = shmbox_restore_data(&archive, &map, NULL);
		shmbox_detach(&map);
	}
	/* whether the sums are right is known at the end */
	if (rc == 0)
		rc = shmbox_restore_next(&archive, &member);
	if (archive.problem)
		fprintf(stderr, "%s\n", archive.problem);
	shmbox_restore_end(&archive);
	if (rc != 0 && id >= 0)
		shmbox_remove(id);
	return rc == 0 ? id : -1;
}

int main(void)
{
	struct shmbox_spec spec = { .size = 1 << 30, .mode = 0600 };
	int id = shmbox_create(&spec);
	FILE *file = tmpfile();
	int copy = -1;
	struct shmbox_info info;

	if (id >= 0 && file && dump(id, file) == 0) {
		printf("an archive of %ld bytes\n", ftell(file));
		rewind(file);
		copy = restore(file);
	}
	if (copy >= 0 && shmbox_stat(copy, &info) == 0)
		printf("a segment of %" PRIu64 " bytes\n", info.size);
	shmbox_remove(id);
	return copy < 0 || shmbox_remove(copy) != 0;
}

/* prints: an archive of .. bytes
 * a segment of 1073741824 bytes */
