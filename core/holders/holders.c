/* SPDX-License-Identifier: MIT */
/* holders.c - which candidate mappings are attaches of segments in our namespace */

#include "holders/holders.h"
#include "proc/mappings.h"
#include "proc/namespace.h"
#include "proc/procfs.h"

static int by_id(const void *a, const void *b)
{
	const struct shmbox_holder *one = &((const struct candidate *)a)->holder;
	const struct shmbox_holder *other = &((const struct candidate *)b)->holder;

	if (one->id != other->id)
		return one->id < other->id ? -1 : 1;
	if (one->pid != other->pid)
		return one->pid < other->pid ? -1 : 1;
	return (one->start > other->start) - (one->start < other->start);
}

/* A marked segment has lost its key, but its mappings still have it in their names. */
static bool has_key_of(const struct candidate *candidate, const struct shmbox_info *info)
{
	return info->removed || candidate->holder.key == info->key;
}

/* Returns false if we may not inspect the files of mappings. */
static bool judge_file(struct candidate *candidate, const struct shmbox_info *info)
{
	int proof = candidate->verdict == ATTACHED
	                    ? is_segment_file(&candidate->holder, info)
	                    : 1;

	if (proof == 0)
		candidate->verdict = FOREIGN;
	return !is_denied(proof);
}

/* True if the mode allows an attach to a process with its present user. */
static bool may_attach(pid_t pid, const struct shmbox_info *info)
{
	uid_t user;

	return shmbox_process_user(pid, &user) < 0 || user == 0 ||
	       user == info->owner_uid || user == info->creator_uid || info->mode & 0077;
}

static uint64_t count_attached(const struct candidate *candidates, int count)
{
	uint64_t attached = 0;

	for (int i = 0; i < count; i++)
		attached += candidates[i].verdict == ATTACHED;
	return attached;
}

/* With more mappings than attaches, some are of another segment, or are gone. */
static void judge_surplus(struct candidate *candidates, int count,
                          const struct shmbox_info *info)
{
	if (count_attached(candidates, count) <= info->attached)
		return;
	for (int i = 0; i < count; i++) {
		if (!info->attached || !may_attach(candidates[i].holder.pid, info))
			candidates[i].verdict = FOREIGN;
	}
	if (count_attached(candidates, count) <= info->attached)
		return;
	for (int i = 0; i < count; i++)
		candidates[i].holder.doubtful = true;
}

/* Judges the sorted candidates of one id. Clears *files_readable if they are not. */
static int judge(struct candidate *candidates, int count, bool *files_readable)
{
	struct shmbox_info info;
	int rc = shmbox_stat(candidates->holder.id, &info);
	bool exists = rc == 0;

	if (rc < 0 && rc != -ENOENT)
		return rc;
	for (int i = 0; i < count; i++) {
		if (!exists || !has_key_of(&candidates[i], &info))
			candidates[i].verdict = FOREIGN;
	}
	rc = judge_sharers(candidates, count);
	if (rc < 0 || !exists)
		return rc;
	for (int i = 0; *files_readable && i < count; i++)
		*files_readable = judge_file(&candidates[i], &info);
	judge_surplus(candidates, count, &info);
	return 0;
}

static int judge_all(struct candidates *candidates)
{
	struct candidate *found = candidates->found;
	bool files_readable = true;
	int rc = 0;
	int end;

	qsort(found, (size_t)candidates->count, sizeof(*found), by_id);
	for (int i = 0; rc == 0 && i < candidates->count; i = end) {
		end = i + 1;
		while (end < candidates->count &&
		       found[end].holder.id == found[i].holder.id)
			end++;
		rc = judge(found + i, end - i, &files_readable);
	}
	return rc;
}

/* Copies the holders with this verdict to the list. Returns how many. */
static int copy_verdict(const struct candidates *candidates, enum verdict verdict,
                        struct shmbox_holder *list)
{
	int count = 0;

	for (int i = 0; i < candidates->count; i++) {
		if (candidates->found[i].verdict == verdict)
			list[count++] = candidates->found[i].holder;
	}
	return count;
}

/*
 * Gives the caller the list of holders, followed by *duplicates duplicates. Returns the
 * number of holders, or a negated errno.
 */
static int collect_holders(struct candidates *candidates, int rc,
                           struct shmbox_holder **out, int *duplicates)
{
	int count = 0;

	if (rc == 0 && candidates->count)
		rc = judge_all(candidates);
	if (rc == 0 && candidates->count) {
		*out = calloc((size_t)candidates->count, sizeof(**out));
		rc = *out ? 0 : -ENOMEM;
	}
	if (*out) {
		count = copy_verdict(candidates, ATTACHED, *out);
		*duplicates = copy_verdict(candidates, DUPLICATE, *out + count);
	}
	free(candidates->found);
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
static int check_inspectable(pid_t pid)
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
	struct candidates candidates;
	int rc = check_inspectable(pid);
	int duplicates = 0;
	int kept = 0;
	int count;

	*out = NULL;
	if (rc < 0)
		return rc;
	rc = find_candidates(SHMBOX_ALL, 0, pid, &candidates);
	rc = rc < 0 ? rc : candidates.refusal;
	count = collect_holders(&candidates, rc, out, &duplicates);
	for (int i = 0; i < count + duplicates; i++) {
		if ((*out)[i].pid == pid)
			(*out)[kept++] = (*out)[i];
	}
	return count < 0 ? count : kept;
}

int scan_holders(int id, pid_t excluded, struct shmbox_holder **out, struct scan *scan)
{
	struct candidates candidates;
	int rc = find_candidates(id, excluded, 0, &candidates);

	*out = NULL;
	*scan = (struct scan){ .denied = candidates.denied };
	return collect_holders(&candidates, rc, out, &scan->duplicates);
}

int shmbox_holders(int id, struct shmbox_holder **out)
{
	struct shmbox_info info;
	struct scan scan;

	*out = NULL;
	if (id != SHMBOX_ALL && shmbox_stat(id, &info) == -ENOENT)
		return -ENOENT;
	return scan_holders(id, 0, out, &scan);
}

bool all_certain(const struct shmbox_holder *holders, int count)
{
	while (count > 0 && !holders[count - 1].doubtful)
		count--;
	return count == 0;
}
