/* SPDX-License-Identifier: MIT */
/* shmset - change mode, owner or locking of segments */

#include "applet.h"
#include "diag/diag.h"
#include "segment/operand.h"
#include "text/names.h"

enum { OPT_MODE, OPT_OWNER, OPT_LOCK, OPT_UNLOCK };

static const struct opt options[] = {
	[OPT_MODE] = { 'm', "mode", KIND_MODE, "set the permissions" },
	[OPT_OWNER] = { 'u', "owner", KIND_OWNER,
	                "give the segment to this user and group" },
	[OPT_LOCK] = { 'L', "lock", KIND_SWITCH, "lock the pages in memory" },
	[OPT_UNLOCK] = { 'K', "unlock", KIND_SWITCH,
	                 "unlock the pages, so that they can be swapped out" },
	{ 0 },
};

/* Locks before the change of owner, after which this process may lack the right. */
static int set(const struct args *args, const char *word, int id, bool *stop)
{
	const struct owner *owner = &args->option[OPT_OWNER].owner;
	struct shmbox_change change = {
		.set_mode = args->seen[OPT_MODE],
		.set_uid = owner->has_user,
		.uid = owner->user,
		.set_gid = owner->has_group,
		.gid = owner->group,
	};
	struct shmbox_info info;
	int rc = shmbox_stat(id, &info);

	/* what one segment refuses another one may take */
	*stop = false;
	if (rc < 0)
		return failed_on(SHMBOX_STAT, rc, word, id);
	change.mode = args_mode(args, OPT_MODE, info.mode);
	if (args->seen[OPT_LOCK] || args->seen[OPT_UNLOCK])
		rc = shmbox_lock(id, args->seen[OPT_LOCK]);
	if (rc < 0)
		return failed_on(SHMBOX_LOCK, rc, word, id);
	if (change.set_mode || change.set_uid || change.set_gid)
		rc = shmbox_modify(id, &change);
	return rc < 0 ? failed_on(SHMBOX_CHANGE, rc, word, id) : STATUS_OK;
}

static int run(const struct args *args)
{
	if (args->seen[OPT_LOCK] && args->seen[OPT_UNLOCK])
		return misuse(NULL, "--lock and --unlock cannot be combined");
	if (!args->seen[OPT_MODE] && !args->seen[OPT_OWNER] && !args->seen[OPT_LOCK] &&
	    !args->seen[OPT_UNLOCK])
		return misuse(
			NULL,
			"nothing to change; use --mode, --owner, --lock or --unlock");
	return each_operand(args, set);
}

const struct applet applet_shmset = {
	.name = "shmset",
	.summary = "change mode, owner or locking of segments",
	.operands = "SEGMENT...",
	.options = options,
	.run = run,
	.capabilities = CAP(CAP_IPC_LOCK) | CAP(CAP_SYS_ADMIN),
	.changes = CHANGES,
};
