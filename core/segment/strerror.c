/* SPDX-License-Identifier: MIT */
/* strerror.c - the message for an error of an operation */

#include "core.h"

enum { ANY = -1 };

/* The first matching row is used. The errors are those of the call's manual page. */
static const struct {
	short op;
	short error;
	char words[68];
} table[] = {
	{ SHMBOX_LOOKUP, ENOENT, "no segment has this key" },
	{ SHMBOX_LOOKUP, EINVAL, "key 0 is IPC_PRIVATE and names no segment" },
	{ SHMBOX_KEY, ENOENT, "no such file or directory" },
	{ SHMBOX_KEY, ERANGE, "its key would be 0, which is IPC_PRIVATE" },
	{ SHMBOX_ENTER, ESRCH, "no such process" },
	{ SHMBOX_ENTER, EOPNOTSUPP, "/proc does not show its namespaces" },
	{ SHMBOX_CREATE, EEXIST, "exists already" },
	{ SHMBOX_OBTAIN, EEXIST, "exists already, but smaller" },
	{ SHMBOX_CREATE, EINVAL, "the kernel allows no segment of this size" },
	{ SHMBOX_OBTAIN, EINVAL, "the kernel allows no segment of this size" },
	{ SHMBOX_CREATE, ENOSPC, "a limit on segments or on their pages was reached" },
	{ SHMBOX_OBTAIN, ENOSPC, "a limit on segments or on their pages was reached" },
	{ SHMBOX_CREATE, EOPNOTSUPP,
	  "choosing an id requires kernel.shm_next_id, which is missing" },
	{ SHMBOX_OBTAIN, EOPNOTSUPP,
	  "choosing an id requires kernel.shm_next_id, which is missing" },
	{ SHMBOX_CHANGE, EINVAL, "this user namespace has no such user or group" },
	{ SHMBOX_ATTACH, ENOMEM, "no room in the address space" },
	{ SHMBOX_WRITE, EACCES, "attached read-only" },
	{ SHMBOX_WRITE, EOPNOTSUPP,
	  "the end of its last huge page is unknown without /proc" },
	{ SHMBOX_READ, ERANGE, "the range extends past its end" },
	{ SHMBOX_WRITE, ERANGE, "the range extends past its end" },
	{ SHMBOX_BORROW, ESRCH, "no process has it attached" },
	{ SHMBOX_BORROW, EPERM,
	  "permission denied to inspect a process that has it attached" },
	{ SHMBOX_BORROW, ENOSYS,
	  "the attached processes are unknown: /proc is not mounted" },
	{ SHMBOX_FREEZE, EPERM,
	  "permission denied to stop all processes that have it attached" },
	{ SHMBOX_FREEZE, EBUSY, "an attach of it is not visible" },
	{ SHMBOX_FREEZE, EALREADY, "a process that has it attached is being traced" },
	{ SHMBOX_FREEZE, ETIMEDOUT, "a process that has it attached does not stop" },
	{ SHMBOX_FREEZE, EAGAIN, "it keeps changing" },
	{ SHMBOX_FREEZE, EOPNOTSUPP,
	  "no memory file for the copy: memfd_create(2) is refused" },
	{ SHMBOX_FREEZE, ENOSYS,
	  "the attached processes are unknown: /proc is not mounted" },
	{ SHMBOX_WAIT, ETIMEDOUT, "timed out" },
	{ SHMBOX_WAIT, ENOENT, "it was removed" },
	{ SHMBOX_HELD, ESRCH, "no such process" },
	{ SHMBOX_HELD, ENOENT, "no such process" },
	{ SHMBOX_HELD, EACCES, "permission denied to read its memory map" },
	{ SHMBOX_HELD, EXDEV, "it is in another IPC namespace" },
	{ SHMBOX_HELD, ENOSYS, "/proc is missing, or belongs to another PID namespace" },
	{ ANY, ENOENT, "no such segment" },
	{ ANY, EACCES, "permission denied" },
	{ ANY, EPERM, "not permitted" },
	{ ANY, EFAULT, "no memory for one of its pages" },
	{ ANY, ENOMEM, "no memory" },
	{ ANY, ENOSYS, "this kernel has no System V shared memory" },
};

enum { ERROR_MAX = 4095 }; /* MAX_ERRNO of the kernel's include/linux/err.h */

/*
 * Returns the message of the C library, or NULL for an unknown number: strerror(3) of
 * glibc formats those in memory that its next call overwrites.
 */
#if defined(__GLIBC__) && (__GLIBC__ > 2 || __GLIBC_MINOR__ >= 32)
static const char *words_of(int error)
{
	return strerrordesc_np(error);
}
#else
static const char *words_of(int error)
{
	return error <= EHWPOISON ? strerror(error) : NULL;
}
#endif

const char *shmbox_strerror(enum shmbox_op op, int rc)
{
	const char *words;

	if (rc >= 0)
		return "done";
	if (rc < -ERROR_MAX)
		return "unknown error";
	for (size_t i = 0; i < sizeof(table) / sizeof(*table); i++) {
		if ((table[i].op == ANY || table[i].op == (short)op) &&
		    table[i].error == -rc)
			return table[i].words;
	}
	words = words_of(-rc);
	return words ? words : "unknown error";
}
