/* SPDX-License-Identifier: MIT */
/*
 * priv_libcap.c - with libcap: drop raised privileges, except those the applet may keep
 */

#include <errno.h>
#include <sys/auxv.h>
#include <sys/capability.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "program/priv.h"

/*
 * Copies only capabilities that the process has: a request for more would fail as a
 * whole.
 */
static int keep_only(cap_t from, cap_t to, uint64_t wanted)
{
	for (cap_value_t cap = 0; cap < 64; cap++) {
		cap_flag_value_t has = CAP_CLEAR;

		if (!(wanted >> cap & 1) ||
		    cap_get_flag(from, cap, CAP_PERMITTED, &has) < 0 || has != CAP_SET)
			continue;
		if (cap_set_flag(to, CAP_PERMITTED, 1, &cap, CAP_SET) < 0 ||
		    cap_set_flag(to, CAP_EFFECTIVE, 1, &cap, CAP_SET) < 0)
			return -errno;
	}
	return 0;
}

static int become_user(void)
{
	uid_t uid = getuid();
	gid_t gid = getgid();

	/* the change of uid would otherwise clear all capabilities */
	if (prctl(PR_SET_KEEPCAPS, 1) < 0 || setresgid(gid, gid, gid) < 0 ||
	    setresuid(uid, uid, uid) < 0)
		return -errno;
	return prctl(PR_SET_KEEPCAPS, 0) < 0 ? -errno : 0;
}

int priv_reduce(uint64_t capabilities)
{
	cap_t had;
	cap_t kept;
	int rc;

	if (!getauxval(AT_SECURE))
		return 0;
	had = cap_get_proc();
	kept = cap_init();
	rc = had && kept ? keep_only(had, kept, capabilities) : -ENOMEM;
	if (rc == 0)
		rc = become_user();
	if (rc == 0 && cap_set_proc(kept) < 0)
		rc = -errno;
	cap_free(had);
	cap_free(kept);
	return rc;
}

const char *priv_feature(void)
{
	return "+libcap";
}
