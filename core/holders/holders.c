/* holders.c - which candidate mappings are attaches of segments in our namespace */

#include "holders/holders.h"
#include "proc/mappings.h"
#include "proc/namespace.h"
#include "proc/procfs.h"

static int by_id(const void *a, const void *b)
{
	const struct shmbox_holder *one = &((const struct sighting *)a)->holder;
	const struct shmbox_holder *other = &((const struct sighting *)b)->holder;

	if (one->id != other->id)
		return one->id < other->id ? -1 : 1;
	if (one->pid != other->pid)
		return one->pid < other->pid ? -1 : 1;
	return (one->start > other->start) - (one->start < other->start);
}

/* A marked segment has lost its key, but its mappings still have it in their names. */
static bool has_key_of(const struct sighting *sighting, const struct shmbox_info *info)
{
	return info->removed || sighting->holder.key == info->key;
}

/* Returns false if we may not inspect the files of mappings. */
static bool judge_file(struct sighting *sighting, const struct shmbox_info *info)
{
	int proof = sighting->verdict == HOLDS ? is_file_of(&sighting->holder, info) : 1;

	if (proof == 0)
		sighting->verdict = FOREIGN;
	return !is_denied(proof);
}

/* True if the mode allows an attach to a process with its present user. */
static bool may_attach(pid_t pid, const struct shmbox_info *info)
{
	uid_t user;

	return shmbox_process_user(pid, &user) < 0 || user == 0 ||
	       user == info->owner_uid || user == info->creator_uid || info->mode & 0077;
}

static uint64_t count_held(const struct sighting *sightings, int count)
{
	uint64_t held = 0;

	for (int i = 0; i < count; i++)
		held += sightings[i].verdict == HOLDS;
	return held;
}

/* With more mappings than attaches, some are of another segment, or are gone. */
static void judge_surplus(struct sighting *sightings, int count,
                          const struct shmbox_info *info)
{
	if (count_held(sightings, count) <= info->attached)
		return;
	for (int i = 0; i < count; i++) {
		if (!info->attached || !may_attach(sightings[i].holder.pid, info))
			sightings[i].verdict = FOREIGN;
	}
	if (count_held(sightings, count) <= info->attached)
		return;
	for (int i = 0; i < count; i++)
		sightings[i].holder.doubtful = true;
}

/* Judges the sorted candidates of one id. Sets *told to false if files cannot be read. */
static int judge(struct sighting *sightings, int count, bool *told)
{
	struct shmbox_info info;
	int rc = shmbox_stat(sightings->holder.id, &info);
	bool there = rc == 0;

	if (rc < 0 && rc != -ENOENT)
		return rc;
	for (int i = 0; i < count; i++) {
		if (!there || !has_key_of(&sightings[i], &info))
			sightings[i].verdict = FOREIGN;
	}
	rc = judge_sharers(sightings, count);
	if (rc < 0 || !there)
		return rc;
	for (int i = 0; *told && i < count; i++)
		*told = judge_file(&sightings[i], &info);
	judge_surplus(sightings, count, &info);
	return 0;
}

static int judge_all(struct sightings *sightings)
{
	struct sighting *found = sightings->found;
	bool told = true;
	int rc = 0;
	int end;

	qsort(found, (size_t)sightings->count, sizeof(*found), by_id);
	for (int i = 0; rc == 0 && i < sightings->count; i = end) {
		end = i + 1;
		while (end < sightings->count &&
		       found[end].holder.id == found[i].holder.id)
			end++;
		rc = judge(found + i, end - i, &told);
	}
	return rc;
}

/* Copies the holders with this verdict to the list. Returns how many. */
static int pick(const struct sightings *sightings, enum verdict verdict,
                struct shmbox_holder *list)
{
	int count = 0;

	for (int i = 0; i < sightings->count; i++) {
		if (sightings->found[i].verdict == verdict)
			list[count++] = sightings->found[i].holder;
	}
	return count;
}

/*
 * Gives the caller the list of holders, followed by *repeats duplicates. Returns the
 * number of holders, or a negated errno.
 */
static int hand_over(struct sightings *sightings, int rc, struct shmbox_holder **out,
                     int *repeats)
{
	int count = 0;

	if (rc == 0 && sightings->count)
		rc = judge_all(sightings);
	if (rc == 0 && sightings->count) {
		*out = calloc((size_t)sightings->count, sizeof(**out));
		rc = *out ? 0 : -ENOMEM;
	}
	if (*out) {
		count = pick(sightings, HOLDS, *out);
		*repeats = pick(sightings, REPEATS, *out + count);
	}
	free(sightings->found);
	return rc < 0 ? rc : count;
}

static bool ignore(const struct mapping *mapping, void *data)
{
	(void)mapping;
	(void)data;
	return false;
}

/*
 * Returns 0 if we may inspect the mappings of a process, or a negated errno: -ENOSYS
 * without /proc, -ESRCH if it has exited, -EXDEV if it is in another IPC namespace,
 * -EACCES.
 */
static int check_process(pid_t pid)
{
	int rc;

	if (!proc_is_ours())
		return -ENOSYS;
	if (!shmbox_process_alive(pid))
		return -ESRCH;
	if (shares_namespace(pid, "ipc") == 0)
		return -EXDEV;
	rc = each_mapping(pid, ignore, NULL);
	/* -ENOENT of a living process: /proc is mounted with hidepid (proc(5)) */
	if (is_denied(rc) || (rc == -ENOENT && shmbox_process_alive(pid)))
		return -EACCES;
	return rc == -ESRCH ? 0 : rc;
}

/* Scans all processes, because another process may share the memory of this one. */
int shmbox_held_by(pid_t pid, struct shmbox_holder **out)
{
	struct sightings sightings;
	int rc = check_process(pid);
	int repeats = 0;
	int kept = 0;
	int count;

	*out = NULL;
	if (rc < 0)
		return rc;
	rc = find_sightings(SHMBOX_ALL, 0, pid, &sightings);
	rc = rc < 0 ? rc : sightings.refusal;
	count = hand_over(&sightings, rc, out, &repeats);
	for (int i = 0; i < count + repeats; i++) {
		if ((*out)[i].pid == pid)
			(*out)[kept++] = (*out)[i];
	}
	return count < 0 ? count : kept;
}

int look_for_holders(int id, pid_t child, struct shmbox_holder **out, struct look *look)
{
	struct sightings sightings;
	int rc = find_sightings(id, child, 0, &sightings);

	*out = NULL;
	*look = (struct look){ .denied = sightings.denied };
	return hand_over(&sightings, rc, out, &look->repeats);
}

int shmbox_holders(int id, struct shmbox_holder **out)
{
	struct shmbox_info info;
	struct look look;

	*out = NULL;
	if (id != SHMBOX_ALL && shmbox_stat(id, &info) == -ENOENT)
		return -ENOENT;
	return look_for_holders(id, 0, out, &look);
}
