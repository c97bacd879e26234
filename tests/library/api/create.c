/* SPDX-License-Identifier: MIT */
/* create.c - segments are made, opened, listed, changed and removed, and limits are known */

#include <errno.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#include "api.h"

static void creates(void)
{
	const struct shmbox_spec spec = { .key = key, .size = SIZE, .mode = 0640 };
	const struct shmbox_spec new_key = { .new_key = true, .size = 1, .mode = 0600 };
	struct shmbox_info info;
	int id = shmbox_create(&spec);
	int other;

	assert(id >= 0);
	info = look(id);
	assert(info.key == key && info.size == SIZE && info.mode == 0640);
	assert(!info.removed && !info.locked && info.attached == 0);
	assert(info.creator_pid == getpid() && info.last_pid == 0);
	assert(info.owner_uid == getuid() && info.creator_uid == getuid());
	assert(info.owner_gid == getgid() && info.creator_gid == getgid());
	assert(info.attach_time == 0 && info.detach_time == 0 && info.change_time > 0);
	assert(info.resident == SHMBOX_UNKNOWN && info.swapped == SHMBOX_UNKNOWN);

	other = shmbox_create(&spec);
	assert(other == -EEXIST);
	assert(why(SHMBOX_CREATE, other, &spec).kind == SHMBOX_CAUSE_KEY_TAKEN);
	assert(why(SHMBOX_CREATE, other, &spec).id == id);
	destroy(id);

	other = shmbox_create(&new_key);
	assert(other >= 0);
	assert(look(other).key != IPC_PRIVATE);
	destroy(other);
}

static void opens(void)
{
	const struct shmbox_ref by_key = { .by_key = true, .key = key };
	const struct shmbox_ref by_id = { .id = 42 };
	struct shmbox_spec spec = { .key = key, .size = SIZE, .mode = 0600 };
	struct shmbox_cause cause;
	bool created = false;
	int id = shmbox_obtain(&spec, &created);
	int rc;

	assert(id >= 0 && created);
	assert(shmbox_lookup(by_key) == id);
	assert(shmbox_lookup(by_id) == 42);
	spec.size = SIZE - 1;
	spec.mode = 0666;
	rc = shmbox_obtain(&spec, &created);
	assert(rc == id && !created);
	assert(look(id).size == SIZE && look(id).mode == 0600);
	spec.size = SIZE + 1;
	rc = shmbox_obtain(&spec, &created);
	assert(rc == -EEXIST);
	cause = why(SHMBOX_OBTAIN, rc, &spec);
	assert(cause.kind == SHMBOX_CAUSE_SMALLER && cause.id == id &&
	       cause.limit == SIZE);
	destroy(id);
}

static void destroys(void)
{
	int id = make(SIZE);
	struct shmbox_map map = attach(id);
	int rc = shmbox_remove(id);
	struct shmbox_info info = look(id);
	char byte = 'x';

	assert(rc == 1);
	assert(info.removed && info.key == IPC_PRIVATE);
	assert(shmbox_write(&map, 0, &byte, 1) == 1);
	assert(shmbox_is_gone(&info) == 0);
	shmbox_detach(&map);
	assert(shmbox_is_gone(&info) == 1);
	rc = shmbox_remove(id);
	assert(rc == -ENOENT);
}

/* More segments than are left over, and fewer: their marks are found in two ways. */
static void destroys_many(void)
{
	enum { MOST = 100 };
	int ids[MOST];
	int results[MOST];

	for (int count = 2; count <= MOST; count += MOST - 2) {
		struct shmbox_map first;
		struct shmbox_map last;
		struct shmbox_map again;
		int removed;

		for (int i = 0; i < count; i++)
			ids[i] = make(SIZE);
		first = attach(ids[0]);
		last = attach(ids[count - 1]);
		again = attach(ids[count - 1]);
		removed = shmbox_remove_many(ids, results, count);
		assert(removed == count);
		assert(results[0] == 1 && results[count - 1] == 2);
		for (int i = 1; i < count - 1; i++)
			assert(results[i] == 0);
		shmbox_detach(&first);
		shmbox_detach(&last);
		shmbox_detach(&again);
		removed = shmbox_remove_many(ids, results, count);
		assert(removed == 0);
		for (int i = 0; i < count; i++)
			assert(results[i] == -ENOENT);
	}
}

static void lists(void)
{
	int ids[] = { make(1), make(2), make(3) };
	struct shmbox_info *infos = NULL;
	int count = shmbox_list(&infos);
	uint64_t sum = 0;

	assert(count >= 3);
	assert(shmbox_memory(infos, (size_t)count) == 0);
	for (int i = 0; i < count; i++) {
		for (int k = 0; k < 3; k++) {
			if (infos[i].id == ids[k])
				sum += infos[i].size * (infos[i].resident == 0);
		}
	}
	assert(sum == 6);
	free(infos);
	for (int k = 0; k < 3; k++)
		destroy(ids[k]);
}

static void changes(void)
{
	const struct shmbox_change mode = { .set_mode = true, .mode = 0604 };
	const struct shmbox_change group = { .set_gid = true, .gid = 1004 };
	int id = make(SIZE);
	struct shmbox_info info;

	assert(shmbox_modify(id, &mode) == 0);
	info = look(id);
	assert(info.mode == 0604 && info.owner_uid == getuid() &&
	       info.owner_gid == getgid());
	assert(shmbox_modify(id, &group) == 0);
	info = look(id);
	assert(info.mode == 0604 && info.owner_uid == getuid() && info.owner_gid == 1004);
	assert(info.creator_gid == getgid());
	assert(shmbox_lock(id, true) == 0 && look(id).locked && look(id).mode == 0604);
	assert(shmbox_lock(id, false) == 0 && !look(id).locked);
	destroy(id);
}

static void makes_keys(void)
{
	key_t made = 0;

	assert(shmbox_key("/", 'A', &made) == 0 && made == ftok("/", 'A'));
	assert(shmbox_key("/etc", 0x1ff, &made) == 0 && made == ftok("/etc", 0xff));
	assert(shmbox_key("/no/such/path", 1, &made) == -ENOENT);
	for (int i = 0; i < 100; i++) {
		struct shmbox_ref ref = { .by_key = true };

		assert(shmbox_new_key(&ref.key) == 0 && ref.key != IPC_PRIVATE);
		assert(shmbox_lookup(ref) == -ENOENT);
		assert(ref.key != made);
		made = ref.key;
	}
}

static void attaches_by_key(void)
{
	struct shmbox_spec spec = { .new_key = true, .size = SIZE, .mode = 0600 };
	int id = shmbox_create(&spec);
	key_t its_key = look(id).key;
	struct shmbox_map map;
	int rc = shmbox_attach_key(its_key, SHMBOX_READ_ONLY, &map);

	assert(rc == 0 && map.id == id && map.size == SIZE && !map.writable);
	shmbox_detach(&map);
	rc = shmbox_attach_key(its_key, ~0U, &map);
	assert(rc == -EINVAL);
	rc = shmbox_attach_key(IPC_PRIVATE, 0, &map);
	assert(rc == -EINVAL);
	rc = shmbox_attach_key(its_key, SHMBOX_MARK, &map);
	assert(rc == 0 && map.id == id && map.writable);
	/* a marked segment has no key any more */
	rc = shmbox_attach_key(its_key, 0, &(struct shmbox_map){ 0 });
	assert(rc == -ENOENT);
	shmbox_detach(&map);
	assert(shmbox_remove(id) == -ENOENT);
}

static void knows_limits(void)
{
	struct shmbox_limits before;
	struct shmbox_limits after;
	struct rlimit memlock;
	int id;

	assert(shmbox_get_limits(&before) == 0);
	id = make(SIZE);
	assert(shmbox_get_limits(&after) == 0);
	assert(after.page_size == (uint64_t)sysconf(_SC_PAGESIZE));
	assert(after.segments == before.segments + 1);
	assert(after.pages ==
	       before.pages + (SIZE + after.page_size - 1) / after.page_size);
	assert(after.max_segments > 0 && after.max_pages > 0 && after.max_size > 0);
	assert(after.rmid_forced == 0 || after.rmid_forced == SHMBOX_UNKNOWN);
	getrlimit(RLIMIT_MEMLOCK, &memlock);
	assert(after.memlock ==
	       (memlock.rlim_cur == RLIM_INFINITY ? UINT64_MAX : memlock.rlim_cur));
	destroy(id);
}

/* Flags and modes that there are not. */
static void refuses_unknown_bits(void)
{
	const struct shmbox_spec spec = { .size = SIZE, .mode = 07777 };
	const struct shmbox_change change = { .set_mode = true, .mode = 07777 };
	const struct shmbox_spec fine = { .size = SIZE, .mode = 0600 };
	struct shmbox_job job = { .length = 1, .fd = 1, .flags = 1 << 30 };
	struct steps steps = { 0 };
	int id = make(SIZE);
	struct shmbox_map map;
	bool created;

	assert(shmbox_create(&spec) == -EINVAL);
	assert(shmbox_obtain(&spec, &created) == -EINVAL && !created);
	assert(shmbox_would_fit(SHMBOX_CREATE, &spec) == -EINVAL);
	assert(shmbox_would_fit(SHMBOX_STAT, &fine) == -EINVAL);
	assert(shmbox_modify(id, &change) == -EINVAL && look(id).mode == 0600);
	assert(shmbox_attach(id, 4, &map) == -EINVAL && look(id).attached == 0);
	map = attach(id);
	assert(shmbox_send(&map, &job) == -EINVAL);
	assert(shmbox_receive(&map, &job) == -EINVAL);
	assert(shmbox_wipe(&map, &job) == -EINVAL);
	assert(shmbox_populate(&map, &job) == -EINVAL);
	assert(shmbox_walk(&map, &job, step, &steps) == -EINVAL && !steps.calls);
	assert(shmbox_compare(&map, &job) == -EINVAL && job.done == 0);
	errno = 0;
	assert(!shmbox_fopen(id, "rx") && errno == EINVAL);
	errno = 0;
	assert(!shmbox_fopen(id, "") && errno == EINVAL);
	shmbox_detach(&map);
	destroy(id);
}

const struct test create_tests[] = {
	{ TEST(creates) },
	{ TEST(opens) },
	{ TEST(destroys) },
	{ TEST(destroys_many) },
	{ TEST(refuses_unknown_bits) },
	{ TEST(lists) },
	{ TEST(changes) },
	{ TEST(makes_keys) },
	{ TEST(attaches_by_key) },
	{ TEST(knows_limits) },
	{ 0 },
};
