/* SPDX-License-Identifier: MIT */
/*
 * sharers.c - which processes with the same mappings share their memory
 *
 * After vfork(2), or clone(2) with CLONE_VM, one attach is seen in several processes.
 * kcmp(2) finds them, but a seccomp filter may refuse it, as the default filter of Docker
 * does. Two processes whose memory sizes differ, and do not change, do not share their
 * memory (docs/kernel.md, Shared memory of processes).
 */

#include <linux/kcmp.h>
#include <sys/syscall.h>

#include "holders/holders.h"
#include "proc/process.h"
#include "proc/procfs.h"

enum { STATM = 128 }; /* bytes for the line of /proc/PID/statm */

/* A process, and its mappings of the segment. */
struct process {
	struct candidate *first;
	int count;
	char statm[STATM]; /* /proc/PID/statm (proc(5)); "": its sizes are changing */
};

static pid_t pid_of(const struct process *process)
{
	return process->first->holder.pid;
}

static int compare_numbers(uint64_t a, uint64_t b)
{
	return (a > b) - (a < b);
}

static int compare_mappings(const struct process *a, const struct process *b)
{
	int order = compare_numbers((uint64_t)a->count, (uint64_t)b->count);

	for (int i = 0; order == 0 && i < a->count; i++) {
		const struct shmbox_holder *one = &a->first[i].holder;
		const struct shmbox_holder *other = &b->first[i].holder;

		order = compare_numbers(one->start, other->start);
		if (order == 0)
			order = compare_numbers(one->end, other->end);
	}
	return order;
}

static int by_mappings(const void *a, const void *b)
{
	const struct process *one = a;
	const struct process *other = b;
	int order = compare_mappings(one, other);

	return order ? order : pid_of(one) - pid_of(other);
}

/*
 * Returns the result of kcmp(2): 0 if the processes share their memory, 1 for less, 2 for
 * greater, 3 for different but not ordered; or a negated errno.
 */
static int compare_memory(const struct process *a, const struct process *b)
{
	long order = syscall(SYS_kcmp, pid_of(a), pid_of(b), KCMP_VM, 0, 0);

	return order < 0 ? -errno : (int)order;
}

static int by_memory(const void *a, const void *b)
{
	int order = compare_memory(a, b);

	if (order == 1 || order == 2)
		return order == 1 ? -1 : 1;
	return order == 0 ? 0 : by_mappings(a, b);
}

static int by_size(const void *a, const void *b)
{
	const struct process *one = a;
	const struct process *other = b;

	return strcmp(one->statm, other->statm);
}

/* True if kcmp(2) works for all processes. -ESRCH: an exited process shares nothing. */
static bool kcmp_works(const struct process *processes, int count)
{
	int order = 0;

	for (int i = 1; order != 3 && (order >= 0 || order == -ESRCH) && i < count; i++)
		order = compare_memory(&processes[0], &processes[i]);
	return order != 3 && (order >= 0 || order == -ESRCH);
}

static void read_sizes(const struct process *process, char statm[STATM])
{
	char path[32];

	snprintf(path, sizeof(path), "/proc/%d/statm", (int)pid_of(process));
	if (read_file(path, statm, STATM) < 0)
		*statm = '\0';
}

/* Reads all sizes twice: only sizes that do not change can be compared. */
static void read_stable_sizes(struct process *processes, int count)
{
	char again[STATM];

	for (int i = 0; i < count; i++)
		read_sizes(&processes[i], processes[i].statm);
	for (int i = 0; i < count; i++) {
		read_sizes(&processes[i], again);
		if (strcmp(again, processes[i].statm) != 0)
			processes[i].statm[0] = '\0';
	}
}

static void set_verdict(const struct process *process, enum verdict verdict)
{
	for (int i = 0; i < process->count; i++)
		process->first[i].verdict = verdict;
}

static bool any_foreign(const struct process *processes, int count)
{
	for (int i = 0; i < count; i++) {
		if (processes[i].first->verdict == FOREIGN)
			return true;
	}
	return false;
}

static bool is_among(pid_t pid, const struct process *processes, int count)
{
	for (int i = 0; i < count; i++) {
		if (pid_of(&processes[i]) == pid)
			return true;
	}
	return false;
}

/* Returns the index of the ancestor of the others, or of the lowest pid. */
static int find_ancestor(const struct process *processes, int count)
{
	int ancestor = -1;
	int lowest = 0;

	for (int i = 0; i < count; i++) {
		if (pid_of(&processes[i]) < pid_of(&processes[lowest]))
			lowest = i;
		if (!is_among(parent_of(pid_of(&processes[i])), processes, count) &&
		    (ancestor < 0 ||
		     pid_of(&processes[i]) < pid_of(&processes[ancestor])))
			ancestor = i;
	}
	return ancestor < 0 ? lowest : ancestor;
}

/* Judges processes that share their memory. */
static void judge_shared(const struct process *processes, int count)
{
	int ancestor;

	if (count < 2)
		return;
	ancestor = find_ancestor(processes, count);
	if (any_foreign(processes, count)) {
		for (int i = 0; i < count; i++)
			set_verdict(&processes[i], FOREIGN);
		return;
	}
	for (int i = 0; i < count; i++) {
		if (i != ancestor)
			set_verdict(&processes[i], DUPLICATE);
	}
}

/* Judges processes that may share their memory. */
static void judge_doubtful(const struct process *processes, int count)
{
	if (count < 2)
		return;
	for (int i = 0; i < count; i++) {
		if (any_foreign(processes, count))
			set_verdict(&processes[i], FOREIGN);
		for (int j = 0; j < processes[i].count; j++)
			processes[i].first[j].holder.doubtful = true;
	}
}

/* Judges processes that have the same mappings. */
static void judge_same_mappings(struct process *processes, int count)
{
	bool by_kcmp = kcmp_works(processes, count);
	int changing = 0;
	int end;

	if (!by_kcmp)
		read_stable_sizes(processes, count);
	qsort(processes, (size_t)count, sizeof(*processes),
	      by_kcmp ? by_memory : by_size);
	for (int i = 0; !by_kcmp && i < count; i++)
		changing += !processes[i].statm[0];
	/* a process with changing sizes may share its memory with any of the others */
	if (changing) {
		judge_doubtful(processes, count);
		return;
	}
	for (int i = 0; i < count; i = end) {
		end = i + 1;
		while (end < count &&
		       (by_kcmp ? compare_memory(&processes[i], &processes[end]) == 0
		                : by_size(&processes[i], &processes[end]) == 0))
			end++;
		if (by_kcmp)
			judge_shared(processes + i, end - i);
		else
			judge_doubtful(processes + i, end - i);
	}
}

/* Groups the mappings by process. Returns the number of processes. */
static int group_by_process(struct candidate *candidates, int count,
                            struct process *processes)
{
	int found = 0;

	for (int i = 0; i < count; i++) {
		if (i == 0 || candidates[i].holder.pid != candidates[i - 1].holder.pid)
			processes[found++] = (struct process){ .first = &candidates[i] };
		processes[found - 1].count++;
	}
	return found;
}

int judge_sharers(struct candidate *candidates, int count)
{
	struct process *processes;
	int found;
	int end;

	if (count < 2)
		return 0;
	processes = calloc((size_t)count, sizeof(*processes));
	if (!processes)
		return -ENOMEM;
	found = group_by_process(candidates, count, processes);
	qsort(processes, (size_t)found, sizeof(*processes), by_mappings);
	for (int i = 0; i < found; i = end) {
		end = i + 1;
		while (end < found &&
		       compare_mappings(&processes[i], &processes[end]) == 0)
			end++;
		if (end - i > 1)
			judge_same_mappings(processes + i, end - i);
	}
	free(processes);
	return 0;
}
