/* SPDX-License-Identifier: MIT */
/*
 * old-kernel.c - run a command where the kernel lacks what older ones do not have
 *
 * usage: old-kernel LACK.. -- COMMAND [ARG]..
 *
 * stat_any: shmctl(2) has no SHM_STAT_ANY, as before Linux 4.17. calls: no system call that
 * came after 4.19. advice: none of madvise(2)'s since 5.4. procmap: PROCMAP_QUERY, 6.11.
 * map_files: /proc/PID/map_files is not there, as without CONFIG_CHECKPOINT_RESTORE.
 */

#define _GNU_SOURCE

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

enum { ANY = -1, WATCHED = -1, MOST = 64, FAILED = 125 };

/* Calls from number on to last, with values in that argument from first to most, fail. */
static const struct lack {
	const char *word;
	unsigned number;
	unsigned last;
	int argument;
	unsigned first;
	unsigned most;
	int error;
} lacks[] = {
	{ "stat_any", SYS_shmctl, SYS_shmctl, 1, 15, 15, EINVAL },
	{ "calls", SYS_rseq + 1, ~0U, ANY, 0, 0, ENOSYS },
	{ "advice", SYS_madvise, SYS_madvise, 2, 20, 25, EINVAL },
	{ "procmap", SYS_ioctl, SYS_ioctl, 1, 0xc0686611, 0xc0686611, ENOTTY },
#ifdef SYS_open
	{ "map_files", SYS_open, SYS_open, ANY, 0, 0, WATCHED },
#endif
	{ "map_files", SYS_openat, SYS_openat, ANY, 0, 0, WATCHED },
};

struct filter {
	struct sock_filter code[MOST];
	unsigned short length;
};

static void add(struct filter *filter, struct sock_filter instruction)
{
	if (filter->length == MOST)
		errx(FAILED, "too many lacks");
	filter->code[filter->length++] = instruction;
}

/* Loads 32 bits of what is known of the call; the rest is skipped if they are not between. */
static void between(struct filter *filter, size_t offset, unsigned first, unsigned most,
                    unsigned char rest)
{
	add(filter,
	    (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, (unsigned)offset));
	add(filter, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, first, 0,
	                                         (unsigned char)(rest + 1)));
	add(filter,
	    (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JGT | BPF_K, most, rest, 0));
}

static void add_lack(struct filter *filter, const struct lack *lack)
{
	unsigned action = lack->error == WATCHED
	                          ? SECCOMP_RET_USER_NOTIF
	                          : SECCOMP_RET_ERRNO | (unsigned)lack->error;

	between(filter, offsetof(struct seccomp_data, nr), lack->number, lack->last,
	        lack->argument == ANY ? 1 : 4);
	if (lack->argument != ANY)
		between(filter, offsetof(struct seccomp_data, args[lack->argument]),
		        lack->first, lack->most, 1);
	add(filter, (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, action));
}

static void make_filter(struct filter *filter, char **words)
{
	const size_t count = sizeof(lacks) / sizeof(*lacks);

	for (; *words; words++) {
		size_t known = 0;

		for (size_t i = 0; i < count; i++) {
			if (strcmp(lacks[i].word, *words) != 0)
				continue;
			add_lack(filter, &lacks[i]);
			known++;
		}
		if (!known)
			errx(FAILED, "%s: nothing that can be lacking", *words);
	}
	add(filter, (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW));
}

/* Answers for one call: the file is not there, or the kernel may go on. */
static void answer(int listener)
{
	struct seccomp_notif call = { 0 };
	struct seccomp_notif_resp reply = { 0 };
	char path[64] = "";
	struct iovec here = { path, sizeof(path) - 1 };
	struct iovec there = { .iov_len = sizeof(path) - 1 };

	if (ioctl(listener, SECCOMP_IOCTL_NOTIF_RECV, &call) < 0)
		return;
	there.iov_base = (void *)(uintptr_t)call.data.args[call.data.nr == SYS_openat];
	/* less than that may be mapped, but such a long path has no room there then */
	while (there.iov_len > 0 &&
	       process_vm_readv((pid_t)call.pid, &here, 1, &there, 1, 0) < 0)
		there.iov_len--;
	reply.id = call.id;
	if (strstr(path, "/map_files"))
		reply.error = -ENOENT;
	else
		reply.flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE;
	ioctl(listener, SECCOMP_IOCTL_NOTIF_SEND, &reply);
}

/* What the command left behind is still to be answered, until the last of it has ended. */
static void stay(int listener)
{
	struct pollfd event = { .fd = dup2(listener, 0), .events = POLLIN };

	close_range(1, ~0U, 0);
	while (poll(&event, 1, -1) > 0 && event.revents & POLLIN)
		answer(event.fd);
}

/* Until the child ends: its status, as a shell tells it. */
static int watch(pid_t child, int listener, int signals)
{
	struct pollfd events[] = {
		{ .fd = signals, .events = POLLIN },
		{ .fd = listener, .events = POLLIN },
	};
	int status;

	do {
		poll(events, 2, -1);
		if (events[1].revents & POLLIN)
			answer(listener);
	} while (waitpid(child, &status, WNOHANG) != child);
	if (poll(&events[1], 1, 0) >= 0 && !(events[1].revents & POLLHUP) &&
	    fork() == 0) {
		stay(listener);
		_exit(0);
	}
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/* The descriptors are the parent's too until execvp(): it gets to know the listener's number. */
static void run(struct filter *filter, int parent, char **command)
{
	struct sock_fprog program = { filter->length, filter->code };
	int listener;

	if (prctl(PR_SET_PDEATHSIG, SIGKILL) < 0 ||
	    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		err(FAILED, "prctl");
	listener = (int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER,
	                        SECCOMP_FILTER_FLAG_NEW_LISTENER, &program);
	write(parent, &listener, sizeof(listener));
	if (listener < 0)
		err(FAILED, "filter");
	execvp(*command, command);
	err(FAILED, "%s", *command);
}

int main(int argc, char **argv)
{
	struct filter filter = { 0 };
	char **command = argv + 1;
	sigset_t set;
	sigset_t before;
	int between_us[2];
	int listener;
	int signals;
	pid_t child;

	while (*command && strcmp(*command, "--") != 0)
		command++;
	if (argc < 2 || !*command || !command[1])
		errx(FAILED, "usage: old-kernel LACK.. -- COMMAND [ARG]..");
	*command++ = NULL;
	make_filter(&filter, argv + 1);
	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	sigprocmask(SIG_BLOCK, &set, &before);
	signals = signalfd(-1, &set, SFD_CLOEXEC);
	if (signals < 0 || pipe2(between_us, O_CLOEXEC) < 0)
		err(FAILED, "descriptors");
	child = (pid_t)syscall(SYS_clone, CLONE_FILES | SIGCHLD, 0, 0, 0, 0);
	if (child < 0)
		err(FAILED, "clone");
	if (child == 0) {
		sigprocmask(SIG_SETMASK, &before, NULL);
		run(&filter, between_us[1], command);
	}
	if (read(between_us[0], &listener, sizeof(listener)) != sizeof(listener))
		err(FAILED, "pipe");
	return watch(child, listener, signals);
}
