/* SPDX-License-Identifier: MIT */
/* errors.c - the table from (operation, errno, cause) to status, words and hint */

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <shmbox/shmbox.h>

#include "diag/diag.h"
#include "diag/expand.h"
#include "text/text.h"

enum { ANY = -1 };

/*
 * The first row that matches is used. NULL words are those of shmbox_strerror(). Words
 * and hints may contain
 *
 *   - {limit} {used} {wanted} {id}: numbers of the cause
 *   - {total}: used + wanted
 *   - {kib}: limit + wanted, in KiB
 *   - {pool}: the number of huge pages to have in total
 *   - {page}: the KiB of such a page
 *   - {limit:size}: any of these numbers as a size
 *   - {limit:page}: any of these numbers with a unit: 1 page, 2 pages
 *   - {owner} {mode}: owner and mode of the segment
 *   - {chmod}: the mode to set
 *   - {decimal}: a remark if the mode is an octal number that was read as decimal
 *   - {shmmni}: how to raise the limit on segments
 */
struct row {
	short op;
	short error;
	short cause;
	short status;
	const char *words;
	const char *hint;
};

static const char more_files[] = "raise ulimit -n, the limit on open files";
static const char mount_proc[] = "mount -t proc proc /proc";

static const struct row table[] = {
	{ ANY, ANY, SHMBOX_CAUSE_SHMMNI, STATUS_LIMIT,
	  "all {limit} segments that kernel.shmmni allows exist",
	  "run shmreap to find orphans{shmmni}" },
	{ ANY, ANY, SHMBOX_CAUSE_SHMMAX, STATUS_LIMIT,
	  "more than kernel.shmmax allows in one segment ({limit:size})",
	  "sysctl -w kernel.shmmax={wanted}" },
	{ ANY, ANY, SHMBOX_CAUSE_SHMALL, STATUS_LIMIT,
	  "needs {wanted:page}, but kernel.shmall allows {limit} in total ({used} in "
	  "use)",
	  "sysctl -w kernel.shmall={total}" },
	{ ANY, ANY, SHMBOX_CAUSE_MEMORY, STATUS_LIMIT,
	  "more than the memory and swap of this machine ({limit:size})",
	  "shmcreate --noreserve skips the reservation; filling it may then fail" },
	{ ANY, ANY, SHMBOX_CAUSE_FILL, STATUS_LIMIT,
	  "filling it needs more than the memory and swap of this machine ({limit:size})",
	  NULL },
	{ ANY, ANY, SHMBOX_CAUSE_COMMIT, STATUS_LIMIT,
	  "vm.overcommit_memory=2 allows {limit:size} in total, and {used:size} are "
	  "committed already",
	  "raise vm.overcommit_ratio or add swap" },
	{ ANY, ANY, SHMBOX_CAUSE_HUGE_POOL, STATUS_LIMIT,
	  "needs {wanted:huge page}, but the pool has only {limit} left",
	  "echo {pool} >/sys/kernel/mm/hugepages/hugepages-{page}kB/nr_hugepages" },
	{ ANY, ANY, SHMBOX_CAUSE_HUGE_NONE, STATUS_LIMIT,
	  "the pool has too few huge pages of {wanted:size} left",
	  "raise /sys/kernel/mm/hugepages/hugepages-{page}kB/nr_hugepages" },
	{ ANY, ANY, SHMBOX_CAUSE_HUGE_SIZE, STATUS_FAILED,
	  "this machine has no huge pages of that size",
	  "run shmlimits to list its sizes" },
	{ ANY, ANY, SHMBOX_CAUSE_HUGE_RIGHT, STATUS_DENIED,
	  "huge pages require CAP_IPC_LOCK or the group in vm.hugetlb_shm_group", NULL },
	{ ANY, ANY, SHMBOX_CAUSE_ID_RIGHT, STATUS_DENIED,
	  "choosing an id requires CAP_SYS_ADMIN or CAP_CHECKPOINT_RESTORE", NULL },
	{ ANY, ANY, SHMBOX_CAUSE_KEY_TAKEN, STATUS_EXISTS,
	  "a segment with this key exists: id {id}", "use --reuse to open it" },
	{ ANY, ANY, SHMBOX_CAUSE_KEY_CLOSED, STATUS_EXISTS,
	  "a segment of {owner} with this key exists: id {id}", NULL },
	{ ANY, ANY, SHMBOX_CAUSE_KEY_OWN, STATUS_EXISTS,
	  "a segment of yours with this key and mode {mode} exists: id {id}",
	  "shmset --mode {chmod} {id}, or shmrm {id}" },
	{ SHMBOX_CREATE, ANY, SHMBOX_CAUSE_SMALLER, STATUS_EXISTS,
	  "a segment with this key exists: id {id}",
	  "use another key: it has {limit:byte}, and its size cannot change" },
	{ ANY, ANY, SHMBOX_CAUSE_SMALLER, STATUS_EXISTS,
	  "the segment with this key is smaller: {limit:byte}",
	  "have its owner ({owner}) remove id {id} first: its size cannot change" },
	{ ANY, ANY, SHMBOX_CAUSE_ID_TAKEN, STATUS_EXISTS,
	  "the kernel cannot assign this id: its slot is in use", NULL },
	{ ANY, ANY, SHMBOX_CAUSE_MEMLOCK, STATUS_LIMIT,
	  "locking {wanted:size} exceeds the limit on locked memory ({limit:size})",
	  "ulimit -l {kib}, or run with CAP_IPC_LOCK" },
	{ ANY, ANY, SHMBOX_CAUSE_ADDRESS_LIMIT, STATUS_LIMIT,
	  "no room for {wanted:size} in an address space of {limit:size}",
	  "ulimit -v {kib}" },
	{ ANY, ANY, SHMBOX_CAUSE_ADDRESSES, STATUS_LIMIT,
	  "no room for {wanted:size} in the address space", NULL },
	{ ANY, ANY, SHMBOX_CAUSE_MODE, STATUS_DENIED,
	  "permission denied: {mode} {owner}{decimal}",
	  "run as {owner}, or with CAP_IPC_OWNER" },
	{ ANY, ANY, SHMBOX_CAUSE_OWN_MODE, STATUS_DENIED,
	  "permission denied: {mode} {owner}{decimal}", "shmset --mode {chmod} {id}" },
	{ SHMBOX_LOCK, ANY, SHMBOX_CAUSE_OWNER, STATUS_DENIED,
	  "only the owner ({owner}) or the creator may lock or unlock it",
	  "run as {owner}, or with CAP_IPC_LOCK" },
	{ SHMBOX_CHANGE, ANY, SHMBOX_CAUSE_OWNER, STATUS_DENIED,
	  "only the owner ({owner}) or the creator may change it",
	  "run as {owner}, or with CAP_SYS_ADMIN" },
	{ ANY, ANY, SHMBOX_CAUSE_OWNER, STATUS_DENIED,
	  "only the owner ({owner}) or the creator may remove it",
	  "run as {owner}, or with CAP_SYS_ADMIN" },
	{ ANY, ANY, SHMBOX_CAUSE_POLICY, STATUS_DENIED,
	  "refused by a security policy (seccomp, SELinux, AppArmor)", NULL },
	{ SHMBOX_ENTER, EPERM, ANY, STATUS_DENIED,
	  "permission denied to enter its IPC namespace",
	  "run as root or as its user, with CAP_SYS_ADMIN in its user namespace" },
	{ SHMBOX_ENTER, EACCES, ANY, STATUS_DENIED,
	  "permission denied to enter its IPC namespace",
	  "run with CAP_SYS_PTRACE, or as the user of that process" },
	{ SHMBOX_BORROW, ESRCH, ANY, STATUS_REFUSED, NULL, NULL },
	{ SHMBOX_BORROW, EPERM, SHMBOX_CAUSE_USER_NAMESPACE, STATUS_DENIED, NULL,
	  "run it as root of the host: rights in this user namespace do not suffice" },
	{ SHMBOX_BORROW, EPERM, ANY, STATUS_DENIED, NULL,
	  "run with CAP_SYS_ADMIN or CAP_CHECKPOINT_RESTORE, where that process is "
	  "visible" },
	{ SHMBOX_BORROW, ENOSYS, ANY, STATUS_FAILED, NULL, mount_proc },
	{ SHMBOX_FREEZE, ENOSYS, ANY, STATUS_REFUSED, NULL, mount_proc },
	{ SHMBOX_FREEZE, EBUSY, ANY, STATUS_REFUSED, NULL,
	  "run it in the PID namespace of the host; see shmwho for the visible ones" },
	{ SHMBOX_FREEZE, EPERM, ANY, STATUS_DENIED, NULL,
	  "run with CAP_SYS_PTRACE, or as the user of those processes if "
	  "kernel.yama.ptrace_scope is 0 and no debugger traces them" },
	{ SHMBOX_WAIT, ETIMEDOUT, ANY, STATUS_TIMEOUT, NULL, NULL },
	{ SHMBOX_HELD, ENOENT, ANY, STATUS_FAILED, NULL, NULL },
	{ SHMBOX_HELD, EACCES, ANY, STATUS_DENIED, NULL,
	  "run with CAP_SYS_PTRACE, or as the user of that process" },
	{ SHMBOX_HELD, EXDEV, ANY, STATUS_FAILED, NULL,
	  "use --ns with the same PID to see what it has attached there" },
	{ ANY, ENOENT, ANY, STATUS_MISSING, NULL, NULL },
	{ ANY, EACCES, ANY, STATUS_DENIED, NULL, NULL },
	{ ANY, EPERM, ANY, STATUS_DENIED, NULL, NULL },
	{ ANY, EEXIST, ANY, STATUS_EXISTS, NULL, NULL },
	{ ANY, ENOSPC, ANY, STATUS_LIMIT, NULL, NULL },
	{ ANY, ENOMEM, ANY, STATUS_LIMIT, NULL, NULL },
	{ ANY, EFAULT, ANY, STATUS_LIMIT, NULL, NULL },
	{ ANY, EMFILE, ANY, STATUS_LIMIT, NULL, more_files },
	{ ANY, ENFILE, ANY, STATUS_LIMIT, NULL, NULL },
	{ SHMBOX_FREEZE, ETIMEDOUT, ANY, STATUS_REFUSED, NULL, NULL },
	{ SHMBOX_FREEZE, EAGAIN, ANY, STATUS_REFUSED, NULL, NULL },
	{ SHMBOX_FREEZE, EALREADY, ANY, STATUS_DENIED, NULL, NULL },
	{ ANY, ANY, ANY, STATUS_FAILED, NULL, NULL },
};

static bool matches(int wanted, int actual)
{
	return wanted == ANY || wanted == actual;
}

/* Lower-cases the first letter of the libc's words, but not that of "I/O error". */
static const char *lower_case(char *out, const char *words)
{
	snprintf(out, TEXT_MAX, "%s", words);
	if (out[0] >= 'A' && out[0] <= 'Z' && out[1] >= 'a' && out[1] <= 'z')
		out[0] |= ' ';
	return out;
}

static const struct row *find_row(enum shmbox_op op, int rc,
                                  const struct shmbox_cause *cause)
{
	const struct row *row = table;

	while (!matches(row->op, (int)op) || !matches(row->error, -rc) ||
	       !matches(row->cause, (int)cause->kind))
		row++;
	return row;
}

void cause_words(enum shmbox_op op, int rc, const struct shmbox_cause *cause,
                 char words[CAUSE_ROOM], char advice[CAUSE_ROOM])
{
	const struct row *row = find_row(op, rc, cause);

	words[0] = advice[0] = '\0';
	if (row->words)
		expand_cause(row->words, cause, words);
	else
		lower_case(words, shmbox_strerror(op, rc));
	if (row->hint)
		expand_cause(row->hint, cause, advice);
}

int failed(enum shmbox_op op, int rc, const char *object, const struct shmbox_spec *spec)
{
	struct shmbox_cause cause;
	char words[CAUSE_ROOM];
	char advice[CAUSE_ROOM];
	int status;

	shmbox_explain(op, rc, spec, &cause);
	cause_words(op, rc, &cause, words, advice);
	status = fail(find_row(op, rc, &cause)->status, object, "%s", words);
	if (advice[0])
		hint("%s", advice);
	else if (status == STATUS_MISSING && object)
		hint_at_key(object);
	return status;
}

int failed_on(enum shmbox_op op, int rc, const char *object, int id)
{
	return failed(op, rc, object, &(struct shmbox_spec){ .id = id });
}

int failed_to_read(int rc, const char *object, int id)
{
	return failed(SHMBOX_ATTACH, rc, object,
	              &(struct shmbox_spec){ .id = id, .mode = 0400 });
}

/*
 * Only a standard stream can be closed here: the program closes no descriptor too early.
 */
const char *io_words(char *out, int rc)
{
	return lower_case(out, rc == -EBADF ? "closed" : strerror(-rc));
}

int failed_io(const char *object, int rc)
{
	int status = rc == -EACCES || rc == -EPERM                     ? STATUS_DENIED
	             : rc == -EMFILE || rc == -ENFILE || rc == -ENOMEM ? STATUS_LIMIT
	                                                               : STATUS_FAILED;
	char words[TEXT_MAX];

	if (rc == -EBADF)
		return fail(status, NULL, "%s is closed", object);
	fail(status, object, "%s", io_words(words, rc));
	if (rc == -EMFILE)
		hint("%s", more_files);
	return status;
}
