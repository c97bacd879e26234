/* SPDX-License-Identifier: MIT */
/* processes.c - processes: whose they are, when they end, and which the kernel has killed */

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "api.h"

/* What it counts is made to happen in tests/kernel/memory.bats. */
static void counts_kills(void)
{
	int64_t kills = shmbox_oom_kills();

	assert(kills >= 0 && shmbox_oom_kills() >= kills);
}

static void is_expendable(void)
{
	char text[8] = "";
	FILE *file;

	assert(shmbox_expendable(1000, NULL) == 0);
	file = fopen("/proc/self/oom_score_adj", "re");
	assert(file && fgets(text, sizeof(text), file) && strcmp(text, "1000\n") == 0);
	fclose(file);
}

static void knows_whose_a_process_is(void)
{
	char group[64];
	char letter[2] = { 'x', 'x' };
	uid_t uid = 54321;
	int rc;

	assert(shmbox_process_user(getpid(), &uid) == 0 && uid == geteuid());
	assert(shmbox_process_user(ended_process(), &uid) == -ESRCH);
	assert(shmbox_process_user(0, &uid) == -ENOENT);
	rc = shmbox_process_cgroup(getpid(), group, sizeof(group));
	assert((rc == 0 && *group && !strchr(group, '/')) || rc == -ENOENT);
	/* what does not fit is not cut off, and where there is no room nothing is written */
	assert(shmbox_process_cgroup(getpid(), letter, 0) < 0 && letter[0] == 'x');
	if (rc == 0 && group[1]) {
		assert(shmbox_process_cgroup(getpid(), letter, 2) == -ERANGE);
		assert(letter[0] == '\0' && letter[1] == 'x');
		assert(shmbox_process_cgroup(getpid(), group, strlen(group)) == -ERANGE);
	}
	assert(shmbox_process_cgroup(ended_process(), group, sizeof(group)) == -ESRCH);
	assert(*group == '\0');
}

static void knows_command_lines(void)
{
	char args[4096];
	char few[8];
	int length = shmbox_process_args(getpid(), args, sizeof(args));

	assert(length > 0 && (size_t)length == strlen(args) && strstr(args, "api"));
	/* what has no room is cut off */
	assert(shmbox_process_args(getpid(), few, sizeof(few)) <= 7);
	assert(strncmp(few, args, strlen(few)) == 0);
	assert(shmbox_process_args(ended_process(), args, sizeof(args)) == -ESRCH);
	assert(shmbox_process_args(0, args, sizeof(args)) == -ENOENT);
}

static void watches_processes(void)
{
	pid_t child = fork();
	struct pollfd ended = { .events = POLLIN };
	char name[16] = "";

	assert(child >= 0);
	if (child == 0) {
		pause();
		_exit(0);
	}
	assert(shmbox_process_alive(child) == 1);
	assert(shmbox_process_name(child, name) == 0 && strncmp(name, "api", 3) == 0);
	ended.fd = shmbox_process_watch(child);
	assert(ended.fd >= 0 || ended.fd == -ENOSYS);
	assert(ended.fd < 0 || poll(&ended, 1, 0) == 0);
	kill(child, SIGKILL);
	assert(ended.fd < 0 || poll(&ended, 1, 300000) == 1);
	/* a zombie has ended */
	while (ended.fd < 0 && shmbox_process_alive(child))
		usleep(1000);
	assert(shmbox_process_alive(child) == 0);
	assert(shmbox_process_watch(child) == -ESRCH);
	waitpid(child, NULL, 0);
	assert(shmbox_process_alive(child) == 0);
	assert(shmbox_process_watch(child) == -ESRCH);
	assert(shmbox_process_name(child, name) == -ESRCH);
	assert(shmbox_process_alive(0) == 0 && shmbox_process_alive(-1) == 0);
	if (ended.fd >= 0)
		close(ended.fd);
}

const struct test processes_tests[] = {
	{ TEST(counts_kills) },
	{ TEST(is_expendable) },
	{ TEST(knows_whose_a_process_is) },
	{ TEST(knows_command_lines) },
	{ TEST(watches_processes) },
	{ 0 },
};
