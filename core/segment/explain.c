/* SPDX-License-Identifier: MIT */
/* explain.c - the limit or the missing right that caused an error */

#include "proc/capability.h"
#include "segment/rights.h"

static void explain_create(enum shmbox_op op, int rc, const struct shmbox_spec *spec,
                           struct shmbox_cause *cause)
{
	if (was_refused(rc)) {
		explain_refused_creation(op, rc, spec, cause);
		return;
	}
	if (find_obstacle(op, spec, cause) != rc)
		*cause = (struct shmbox_cause){ 0 };
	if (!cause->kind && rc == -ENOMEM && spec->huge_page) {
		cause->kind = SHMBOX_CAUSE_HUGE_NONE;
		cause->wanted = cause->huge_page = spec->huge_page;
	}
}

int shmbox_explain(enum shmbox_op op, int rc, const struct shmbox_spec *spec,
                   struct shmbox_cause *cause)
{
	*cause = (struct shmbox_cause){ 0 };
	/* these calls require no permission (ipc/shm.c): only a policy refuses them */
	if ((op == SHMBOX_LOOKUP || op == SHMBOX_LIST || op == SHMBOX_LIMITS) &&
	    was_refused(rc))
		cause->kind = SHMBOX_CAUSE_POLICY;
	else if (op == SHMBOX_BORROW && rc == -EPERM && !in_first_user_namespace())
		cause->kind = SHMBOX_CAUSE_USER_NAMESPACE;
	else if (spec && (op == SHMBOX_CREATE || op == SHMBOX_OBTAIN))
		explain_create(op, rc, spec, cause);
	else if (spec)
		explain_use(op, rc, spec, cause);
	return 0;
}
