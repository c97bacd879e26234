/* SPDX-License-Identifier: MIT */
/* refused.c - why a call was refused: a missing right, a limit or a policy */

#include <linux/capability.h>
#include <sys/resource.h>

#include "proc/capability.h"
#include "proc/procfs.h"
#include "segment/rights.h"
#include "segment/segment.h"

/* CAP_CHECKPOINT_RESTORE, Linux 5.9; older <linux/capability.h> lacks it. */
enum { CHECKPOINT_RESTORE = 40 };

/* The rule of shmctl_do_lock() in ipc/shm.c. */
static void explain_lock(int rc, const struct shmbox_info *info,
                         struct shmbox_cause *cause)
{
	struct shmbox_limits limits = { 0 };
	bool capable = has_ipc_capability(CAP_IPC_LOCK);

	if (rc == -EPERM && !capable && !owns(info)) {
		cause->kind = SHMBOX_CAUSE_OWNER;
		return;
	}
	shmbox_get_limits(&limits);
	if (rc == -EPERM && (capable || limits.memlock > 0)) {
		cause->kind = SHMBOX_CAUSE_POLICY;
		return;
	}
	cause->kind = SHMBOX_CAUSE_MEMLOCK;
	cause->limit = limits.memlock;
	cause->wanted = info->size;
}

static void explain_attach(const struct shmbox_info *info, struct shmbox_cause *cause)
{
	struct rlimit limit;

	cause->kind = SHMBOX_CAUSE_ADDRESSES;
	cause->wanted = info->size;
	if (getrlimit(RLIMIT_AS, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY) {
		cause->kind = SHMBOX_CAUSE_ADDRESS_LIMIT;
		cause->limit = limit.rlim_cur;
	}
}

bool was_refused(int rc)
{
	return rc == -EACCES || rc == -EPERM ||
	       (rc == -ENOSYS && access("/proc/sysvipc/shm", F_OK) == 0);
}

/* True if op is a call on an existing segment, which has a mode and an owner. */
static bool is_of_segment(enum shmbox_op op)
{
	return op == SHMBOX_STAT || op == SHMBOX_ATTACH || op == SHMBOX_LOCK ||
	       op == SHMBOX_REMOVE || op == SHMBOX_CHANGE;
}

/*
 * shmbox_stat() failed as well. Before Linux 4.17 (no SHM_STAT_ANY) a missing read
 * permission explains that; on newer kernels only a policy does.
 */
static void explain_unreadable(enum shmbox_op op, int rc, int id,
                               struct shmbox_cause *cause)
{
	struct shmid_ds ds;
	bool old = shmctl(id, SHM_STAT_ANY, &ds) < 0 && errno == EINVAL;

	if (is_of_segment(op) && was_refused(rc) && !old)
		cause->kind = SHMBOX_CAUSE_POLICY;
}

void explain_use(enum shmbox_op op, int rc, const struct shmbox_spec *spec,
                 struct shmbox_cause *cause)
{
	mode_t wanted = op == SHMBOX_STAT ? 4 : spec->mode ? spec->mode >> 6 & 6 : 6;
	bool changes = op == SHMBOX_REMOVE || op == SHMBOX_CHANGE;
	struct shmbox_info info;

	if (shmbox_stat(spec->id, &info) < 0) {
		explain_unreadable(op, rc, spec->id, cause);
		return;
	}
	cause->id = spec->id;
	cause->owner = info.owner_uid;
	cause->mode = info.mode;
	if (op == SHMBOX_LOCK && rc != -EACCES && rc != -ENOSYS)
		explain_lock(rc, &info, cause);
	else if (rc == -EACCES && !changes && !mode_allows(&info, wanted))
		cause->kind = owns(&info) ? SHMBOX_CAUSE_OWN_MODE : SHMBOX_CAUSE_MODE;
	else if (rc == -EPERM && changes && !shmbox_may_control(&info))
		cause->kind = SHMBOX_CAUSE_OWNER;
	else if (op == SHMBOX_ATTACH && rc == -ENOMEM)
		explain_attach(&info, cause);
	else if (is_of_segment(op) && was_refused(rc))
		cause->kind = SHMBOX_CAUSE_POLICY;
}

/* The rule of can_do_hugetlb_shm() in fs/hugetlbfs/inode.c. */
static bool may_use_huge_pages(void)
{
	int64_t group = read_number("/proc/sys/vm/hugetlb_shm_group");

	return in_first_user_namespace() &&
	       (has_capability(CAP_IPC_LOCK) || (group >= 0 && in_group((gid_t)group)));
}

static bool has_id_right(void)
{
	return may_choose_id() != -EPERM && (has_ipc_capability(CAP_SYS_ADMIN) ||
	                                     has_ipc_capability(CHECKPOINT_RESTORE));
}

/* A missing right is the cause; if no right is missing, a policy refused shmget(2). */
void explain_refused_creation(enum shmbox_op op, int rc, const struct shmbox_spec *spec,
                              struct shmbox_cause *cause)
{
	const struct shmbox_ref ref = { .by_key = true, .key = spec->key };
	struct shmbox_info info;
	int id = op == SHMBOX_OBTAIN && rc == -EACCES ? shmbox_lookup(ref) : -ENOENT;

	cause->kind = SHMBOX_CAUSE_POLICY;
	if (id >= 0 && shmbox_stat(id, &info) == 0 && !mode_allows(&info, 4)) {
		cause->id = id;
		cause->owner = info.owner_uid;
		cause->mode = info.mode;
		cause->kind = owns(&info) ? SHMBOX_CAUSE_OWN_MODE : SHMBOX_CAUSE_MODE;
	} else if (rc == -EPERM && spec->want_id && !has_id_right()) {
		cause->kind = SHMBOX_CAUSE_ID_RIGHT;
	} else if (rc == -EPERM && spec->huge_page && !may_use_huge_pages()) {
		cause->kind = SHMBOX_CAUSE_HUGE_RIGHT;
	}
}
