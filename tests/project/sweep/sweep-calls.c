/* SPDX-License-Identifier: MIT */
/* sweep-calls.c - system calls, and how each can fail */

#include <errno.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "sweep-calls.h"

static const char start[] = "the C library's start-up";
static const char cannot[] = "cannot fail with valid arguments";

static const struct kind kinds[] = {
	/* bytes */
	{ SYS_read, "read", "EINTR EAGAIN EIO ENOMEM half", NULL },
	{ SYS_write, "write", "EINTR EAGAIN EIO ENOSPC EPERM half", NULL },
	{ SYS_readv, "readv", "EINTR EAGAIN EIO ENOMEM half", NULL },
	{ SYS_writev, "writev", "EINTR EAGAIN EIO ENOSPC EPERM half", NULL },
	{ SYS_pread64, "pread64", "EIO ENOMEM half", NULL },
	{ SYS_pwrite64, "pwrite64", "EIO ENOMEM ENOSPC EPERM half", NULL },
	{ SYS_preadv, "preadv", "EIO ENOMEM half", NULL },
	{ SYS_pwritev, "pwritev", "EINTR EIO ENOMEM ENOSPC EPERM half", NULL },
	{ SYS_sendfile, "sendfile", "EINTR EAGAIN EIO ENOMEM ENOSPC ENOSYS EPERM half",
	  NULL },
	{ SYS_splice, "splice", "EINTR EAGAIN EIO ENOMEM ENOSPC ENOSYS EPERM half",
	  NULL },
	{ SYS_vmsplice, "vmsplice", "EINTR EAGAIN ENOMEM ENOSYS EPERM half", NULL },
	{ SYS_copy_file_range, "copy_file_range",
	  "EINTR EIO ENOMEM ENOSPC ENOSYS EPERM half", NULL },
	{ SYS_process_vm_readv, "process_vm_readv", "ENOMEM ENOSYS EPERM half", NULL },
	{ SYS_process_vm_writev, "process_vm_writev", "ENOMEM ENOSYS EPERM half", NULL },
	{ SYS_getrandom, "getrandom", "EINTR EAGAIN ENOSYS EPERM half", NULL },
	/* files */
	{ SYS_open, "open", "EIO ENOMEM EPERM EACCES", NULL },
	{ SYS_openat, "openat", "EIO ENOMEM EPERM EACCES", NULL },
	{ SYS_close, "close", "EINTR EIO ENOSPC", NULL },
	{ SYS_stat, "stat", "EIO ENOMEM EACCES", NULL },
	{ SYS_lstat, "lstat", "EIO ENOMEM EACCES", NULL },
	{ SYS_fstat, "fstat", "EIO ENOMEM EACCES", NULL },
	{ SYS_newfstatat, "newfstatat", "EIO ENOMEM EACCES", NULL },
	{ SYS_statx, "statx", "EIO ENOMEM ENOSYS EACCES", NULL },
	{ SYS_statfs, "statfs", "EIO ENOMEM ENOSYS EACCES", NULL },
	{ SYS_fstatfs, "fstatfs", "EIO ENOMEM ENOSYS", NULL },
	{ SYS_lseek, "lseek", "EIO", NULL },
	{ SYS_ftruncate, "ftruncate", "EIO ENOMEM ENOSPC EPERM", NULL },
	{ SYS_fallocate, "fallocate", "EIO ENOMEM ENOSPC ENOSYS EPERM", NULL },
	{ SYS_fadvise64, "fadvise64", "EIO ENOSYS EPERM", NULL },
	{ SYS_flock, "flock", "EINTR EAGAIN ENOMEM ENOSYS", NULL },
	{ SYS_fcntl, "fcntl", "ENOMEM EPERM", NULL },
	{ SYS_ioctl, "ioctl", "EINTR EIO ENOMEM ENOSYS EPERM EACCES", NULL },
	{ SYS_dup, "dup", "EINTR ENOMEM", NULL },
	{ SYS_dup2, "dup2", "EINTR ENOMEM", NULL },
	{ SYS_dup3, "dup3", "EINTR ENOMEM", NULL },
	{ SYS_pipe, "pipe", "ENOMEM EPERM", NULL },
	{ SYS_pipe2, "pipe2", "ENOMEM ENOSYS EPERM", NULL },
	{ SYS_memfd_create, "memfd_create", "ENOMEM ENOSYS EPERM EACCES", NULL },
	{ SYS_access, "access", "EIO ENOMEM EACCES", NULL },
	{ SYS_faccessat, "faccessat", "EIO ENOMEM EACCES", NULL },
	{ SYS_readlink, "readlink", "EIO ENOMEM EACCES", NULL },
	{ SYS_readlinkat, "readlinkat", "EIO ENOMEM EACCES", NULL },
	{ SYS_getdents64, "getdents64", "EIO ENOMEM EACCES", NULL },
	{ SYS_getcwd, "getcwd", "ENOMEM EACCES", NULL },
	{ SYS_chdir, "chdir", "EIO ENOMEM EACCES", NULL },
	{ SYS_fsync, "fsync", "EIO ENOSPC", NULL },
	{ SYS_rename, "rename", "EIO ENOMEM ENOSPC EPERM EACCES", NULL },
	{ SYS_link, "link", "EIO ENOMEM ENOSPC EPERM EACCES", NULL },
	{ SYS_linkat, "linkat", "EIO ENOMEM ENOSPC EPERM EACCES", NULL },
	{ SYS_symlink, "symlink", "EIO ENOMEM ENOSPC EPERM EACCES", NULL },
	{ SYS_symlinkat, "symlinkat", "EIO ENOMEM ENOSPC EPERM EACCES", NULL },
	{ SYS_unlink, "unlink", "EIO ENOMEM EPERM EACCES", NULL },
	{ SYS_unlinkat, "unlinkat", "EIO ENOMEM EPERM EACCES", NULL },
	{ SYS_mkdir, "mkdir", "EIO ENOMEM ENOSPC EPERM EACCES", NULL },
	/* memory */
	{ SYS_mmap, "mmap", "ENOMEM EAGAIN EPERM EACCES", NULL },
	{ SYS_munmap, "munmap", "ENOMEM", NULL },
	{ SYS_mprotect, "mprotect", "ENOMEM EACCES", NULL },
	{ SYS_mremap, "mremap", "ENOMEM EAGAIN", NULL },
	{ SYS_madvise, "madvise", "EAGAIN EIO ENOMEM ENOSYS EPERM EACCES", NULL },
	{ SYS_mincore, "mincore", "EAGAIN ENOMEM ENOSYS EPERM", NULL },
	{ SYS_shmget, "shmget", "ENOMEM ENOSPC ENOSYS EPERM EACCES", NULL },
	{ SYS_shmat, "shmat", "ENOMEM ENOSYS EPERM EACCES", NULL },
	{ SYS_shmctl, "shmctl", "ENOMEM ENOSYS EPERM EACCES", NULL },
	{ SYS_shmdt, "shmdt", "ENOMEM ENOSYS EPERM", NULL },
	/* processes */
	{ SYS_fork, "fork", "EAGAIN ENOMEM EPERM", NULL },
	{ SYS_vfork, "vfork", "EAGAIN ENOMEM EPERM", NULL },
	{ SYS_clone, "clone", "EAGAIN ENOMEM EPERM", NULL },
	{ SYS_execve, "execve", "EIO ENOMEM EPERM EACCES", NULL },
	{ SYS_wait4, "wait4", "EINTR", NULL },
	{ SYS_waitid, "waitid", "EINTR", NULL },
	{ SYS_kill, "kill", "EPERM", NULL },
	{ SYS_tkill, "tkill", "EPERM EAGAIN", NULL },
	{ SYS_ptrace, "ptrace", "EIO ENOMEM EPERM ENOSYS", NULL },
	{ SYS_kcmp, "kcmp", "EPERM EACCES ENOSYS", NULL },
	{ SYS_pidfd_open, "pidfd_open", "ENOMEM ENOSYS EPERM", NULL },
	{ SYS_pidfd_send_signal, "pidfd_send_signal", "ENOSYS EPERM", NULL },
	{ SYS_prctl, "prctl", "EPERM EACCES", NULL },
	{ SYS_capget, "capget", "ENOSYS EPERM", NULL },
	{ SYS_capset, "capset", "ENOSYS EPERM", NULL },
	{ SYS_setns, "setns", "ENOMEM ENOSYS EPERM", NULL },
	{ SYS_setsid, "setsid", "EPERM", NULL },
	{ SYS_prlimit64, "prlimit64", "EPERM ENOSYS", NULL },
	{ SYS_getrlimit, "getrlimit", "EPERM ENOSYS", NULL },
	{ SYS_sysinfo, "sysinfo", "EPERM ENOSYS", NULL },
	{ SYS_close_range, "close_range", "ENOMEM ENOSYS EPERM", NULL },
	/* sleep and signals */
	{ SYS_poll, "poll", "EINTR ENOMEM", NULL },
	{ SYS_ppoll, "ppoll", "EINTR ENOMEM", NULL },
	{ SYS_nanosleep, "nanosleep", "EINTR", NULL },
	{ SYS_clock_nanosleep, "clock_nanosleep", "EINTR", NULL },
	{ SYS_futex, "futex", "EINTR EAGAIN ENOMEM ENOSYS EPERM", NULL },
	{ SYS_signalfd4, "signalfd4", "ENOMEM ENOSYS EPERM", NULL },
	{ SYS_rt_sigtimedwait, "rt_sigtimedwait", "EINTR", NULL },
	{ SYS_setitimer, "setitimer", "EPERM", NULL },
	/* left out */
	{ SYS_exit_group, "exit_group", NULL, cannot },
	{ SYS_exit, "exit", NULL, cannot },
	{ SYS_brk, "brk", NULL, "malloc(3) asks it first, and mmap(2) after it" },
	{ SYS_rt_sigreturn, "rt_sigreturn", NULL, cannot },
	{ SYS_arch_prctl, "arch_prctl", NULL, start },
	{ SYS_set_tid_address, "set_tid_address", NULL, start },
	{ SYS_getpid, "getpid", NULL, cannot },
	{ SYS_getppid, "getppid", NULL, cannot },
	{ SYS_gettid, "gettid", NULL, cannot },
	{ SYS_getuid, "getuid", NULL, cannot },
	{ SYS_geteuid, "geteuid", NULL, cannot },
	{ SYS_getgid, "getgid", NULL, cannot },
	{ SYS_getegid, "getegid", NULL, cannot },
	{ SYS_getgroups, "getgroups", NULL, cannot },
	{ SYS_rt_sigaction, "rt_sigaction", NULL, cannot },
	{ SYS_rt_sigprocmask, "rt_sigprocmask", NULL, cannot },
	{ SYS_rt_sigpending, "rt_sigpending", NULL, cannot },
	{ SYS_clock_gettime, "clock_gettime", NULL, cannot },
	{ SYS_restart_syscall, "restart_syscall", NULL,
	  "the kernel's own, after a stop" },
	{ SYS_umask, "umask", NULL, cannot },
	{ SYS_uname, "uname", NULL, cannot },
};

static const struct {
	int number;
	const char *name;
} errors[] = {
	{ EINTR, "EINTR" },   { EAGAIN, "EAGAIN" }, { EIO, "EIO" },
	{ ENOMEM, "ENOMEM" }, { ENOSPC, "ENOSPC" }, { ENOSYS, "ENOSYS" },
	{ EPERM, "EPERM" },   { EACCES, "EACCES" }, { HALF, "half" },
};

const struct kind *kind_of(long number)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
		if (kinds[i].number == number)
			return &kinds[i];
	}
	return NULL;
}

const char *error_name(int error)
{
	for (size_t i = 0; i < sizeof(errors) / sizeof(*errors); i++) {
		if (errors[i].number == error)
			return errors[i].name;
	}
	return "no error";
}

int error_number(const char *name)
{
	for (size_t i = 0; i < sizeof(errors) / sizeof(*errors); i++) {
		if (strncmp(errors[i].name, name, strlen(errors[i].name)) == 0)
			return errors[i].number;
	}
	return 0;
}

/* Whether this call, with these arguments, can fail so. */
static bool is_possible(const struct call *call, int error)
{
	int command = (int)call->arguments[1];

	switch (call->number) {
	case SYS_fcntl:
		/* the flags of a descriptor that is there can always be had, and set */
		return command != F_GETFD && command != F_SETFD && command != F_GETFL &&
		       command != F_GETPIPE_SZ;
	case SYS_mmap:
		/* memory of no file: there is some, or there is none */
		return !(call->arguments[3] & MAP_ANONYMOUS) || error == ENOMEM;
	case SYS_close:
		/* one that is not open has nothing to lose */
		return call->result != -EBADF;
	case SYS_wait4:
		return !(call->arguments[2] & WNOHANG);
	case SYS_read:
		/* of /proc and /sys what fits is read at once */
		if (call->kernels)
			return error != EINTR && error != EAGAIN && error != HALF;
		break;
	default:
		break;
	}
	/* of a byte there is no half */
	return error != HALF || call->result > 1;
}

int nth_error(const struct call *call, int index)
{
	const struct kind *kind = kind_of(call->number);
	const char *name = kind ? kind->errors : NULL;

	for (; name; name = strchr(name, ' ') ? strchr(name, ' ') + 1 : NULL) {
		int error = error_number(name);

		if (is_possible(call, error) && index-- == 0)
			return error;
	}
	return 0;
}

int length_argument(long number)
{
	switch (number) {
	case SYS_read:
	case SYS_write:
	case SYS_pread64:
	case SYS_pwrite64:
		return 2;
	case SYS_sendfile:
		return 3;
	case SYS_splice:
	case SYS_copy_file_range:
		return 4;
	case SYS_getrandom:
		return 1;
	default:
		return -1;
	}
}

int vector_argument(long number)
{
	switch (number) {
	case SYS_readv:
	case SYS_writev:
	case SYS_preadv:
	case SYS_pwritev:
	case SYS_vmsplice:
	case SYS_process_vm_readv:
	case SYS_process_vm_writev:
		return 1;
	default:
		return -1;
	}
}

/* Whether it waits for something to happen. */
bool sleeps(const struct call *call)
{
	int operation = (int)call->arguments[1] & FUTEX_CMD_MASK;

	switch (call->number) {
	case SYS_poll:
		/* of one descriptor: until it takes more output */
		return (int)call->arguments[2] != 0 && call->arguments[1] != 1;
	case SYS_futex:
		return operation == FUTEX_WAIT || operation == FUTEX_WAIT_BITSET;
	case SYS_ppoll:
	case SYS_nanosleep:
	case SYS_clock_nanosleep:
		return true;
	default:
		return false;
	}
}
