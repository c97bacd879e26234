/* SPDX-License-Identifier: MIT */
/* process.c - whether a process is alive, and its name, user and state */

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/syscall.h>

#include "proc/process.h"
#include "proc/procfs.h"

/*
 * SYS_pidfd_open: the same number on every architecture. musl 1.2.3 and glibc 2.35 have
 * no wrapper.
 */
enum { PIDFD_OPEN = 434 };

/* num_threads and starttime are this many fields after the state (proc(5)) */
enum { THREADS = 17, START = 19 };

enum { STAT = 512 }; /* bytes for the line of /proc/PID/stat */

/*
 * Returns the rest of /proc/PID/stat (proc(5)) from the bracket after the name, or NULL.
 */
static const char *read_stat(pid_t thread, char text[STAT])
{
	char path[32];

	snprintf(path, sizeof(path), "/proc/%d/stat", (int)thread);
	if (!proc_is_ours() || read_file(path, text, STAT) <= 0)
		return NULL;
	/* the name may contain brackets, the rest does not */
	return strrchr(text, ')');
}

/* Returns the number that is so many fields after the state, or 0. */
static uint64_t number_after(const char *at, int fields)
{
	for (int i = 0; at && i < fields + 1; i++)
		at = strchr(at + 1, ' ');
	return at ? next_number(&at, 10) : 0;
}

int state_of(pid_t thread, int *threads)
{
	char text[STAT];
	const char *at = read_stat(thread, text);

	*threads = (int)number_after(at, THREADS);
	return at && at[1] ? at[2] : 0;
}

uint64_t start_of(pid_t thread)
{
	char text[STAT];

	return number_after(read_stat(thread, text), START);
}

pid_t parent_of(pid_t pid)
{
	char text[STAT];
	const char *at = read_stat(pid, text);

	/* the text is ") S 812 ..": bracket, state, parent */
	if (!at || !at[1] || !at[2])
		return 0;
	at += 3;
	return (pid_t)next_number(&at, 10);
}

/* If other threads still run, a process is alive even if its first thread is a zombie. */
static bool is_zombie(pid_t pid)
{
	int threads;
	int state = state_of(pid, &threads);

	return state && strchr("ZX", state) && threads <= 1;
}

/*
 * Returns a pidfd, -ESRCH if the process has exited, or the negated errno of
 * pidfd_open(2).
 */
static int open_running(pid_t pid)
{
	struct pollfd ended = { .events = POLLIN };

	ended.fd = (int)syscall(PIDFD_OPEN, pid, 0);
	/* the id of a thread gives EINVAL, or ENOENT in newer kernels */
	if (ended.fd < 0)
		return errno == EINVAL || errno == ENOENT ? -ESRCH : -errno;
	if (poll(&ended, 1, 0) > 0) {
		close(ended.fd);
		return -ESRCH;
	}
	return ended.fd;
}

int shmbox_process_alive(pid_t pid)
{
	int fd = pid > 0 ? open_running(pid) : -ESRCH;

	if (fd >= 0)
		close(fd);
	if (fd >= 0 || fd == -ESRCH)
		return fd >= 0;
	return (kill(pid, 0) == 0 || errno != ESRCH) && !is_zombie(pid);
}

int shmbox_process_watch(pid_t pid)
{
	int fd = pid > 0 ? open_running(pid) : -ESRCH;

	/* EPERM: a seccomp filter refuses the call */
	if (fd != -ENOSYS && fd != -EPERM)
		return fd;
	return shmbox_process_alive(pid) ? -ENOSYS : -ESRCH;
}

int check_proc_entry(pid_t pid)
{
	if (pid > 0 && !shmbox_process_alive(pid))
		return -ESRCH;
	return pid > 0 && proc_is_ours() ? 0 : -ENOENT;
}

int shmbox_process_name(pid_t pid, char name[16])
{
	char path[32];
	char text[17];
	int length = check_proc_entry(pid);

	if (length < 0)
		return length;
	snprintf(path, sizeof(path), "/proc/%d/comm", (int)pid);
	length = read_file(path, text, sizeof(text));
	if (length <= 0)
		return -ENOENT;
	/* cut only the newline that the kernel adds: a name may contain newlines */
	text[length - 1] = '\0';
	memcpy(name, text, (size_t)length);
	return 0;
}

int shmbox_process_args(pid_t pid, char *args, size_t size)
{
	char path[32];
	int length = check_proc_entry(pid);

	if (length < 0)
		return length;
	snprintf(path, sizeof(path), "/proc/%d/cmdline", (int)pid);
	length = read_file(path, args, size);
	if (length < 0)
		return -ENOENT;
	/* a NUL ends each word; a process that changes its title may leave many */
	while (length > 0 && !args[length - 1])
		length--;
	for (int i = 0; i < length; i++) {
		if (!args[i])
			args[i] = ' ';
	}
	return length;
}

static bool take_user(const char *line, void *data)
{
	int64_t *user = data;

	if (strncmp(line, "Uid:", 4) != 0)
		return true;
	line += 4;
	next_number(&line, 10); /* skip the real uid: the effective uid follows */
	*user = (int64_t)next_number(&line, 10);
	return false;
}

int shmbox_process_user(pid_t pid, uid_t *uid)
{
	char path[32];
	int64_t user = -1;
	int rc = check_proc_entry(pid);

	if (rc < 0)
		return rc;
	snprintf(path, sizeof(path), "/proc/%d/status", (int)pid);
	if (each_line(path, take_user, &user) < 0 || user < 0)
		return -ENOENT;
	*uid = (uid_t)user;
	return 0;
}

int shmbox_expendable(int score, int *before)
{
	static const char path[] = "/proc/thread-self/oom_score_adj";
	char text[16];
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	int rc = 0;

	if (fd < 0)
		return -errno;
	if (before)
		*before = (int)read_number(path);
	snprintf(text, sizeof(text), "%d", score);
	if (write(fd, text, strlen(text)) < 0)
		rc = -errno;
	close(fd);
	return rc;
}
