/* SPDX-License-Identifier: MIT */
/* priv_none.c - without libcap: drop all raised privileges */

#include <errno.h>
#include <linux/capability.h>
#include <sys/auxv.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "program/priv.h"

/* On some 32-bit machines, setresuid(2) has ids of 16 bits. */
#if defined(SYS_setresuid32)
enum { SETRESUID = SYS_setresuid32, SETRESGID = SYS_setresgid32 };
#else
enum { SETRESUID = SYS_setresuid, SETRESGID = SYS_setresgid };
#endif

int priv_reduce(uint64_t capabilities)
{
	struct __user_cap_header_struct header = { .version =
		                                           _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3] = { 0 };
	uid_t uid = getuid();
	gid_t gid = getgid();

	(void)capabilities;
	if (!getauxval(AT_SECURE))
		return 0;
	/* the libc's functions would change all threads; there is only one */
	if (syscall(SETRESGID, gid, gid, gid) < 0 ||
	    syscall(SETRESUID, uid, uid, uid) < 0 ||
	    syscall(SYS_capset, &header, none) < 0)
		return -errno;
	return 0;
}

const char *priv_feature(void)
{
	return "-libcap";
}
