/* SPDX-License-Identifier: MIT */
/* sweep-left.c - the processes and attaches that a run has left */

#include <dirent.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "sweep-run.h"

static void say_trouble(struct outcome *outcome, const char *format, int pid)
{
	size_t used = strlen(outcome->trouble);

	snprintf(outcome->trouble + used, sizeof(outcome->trouble) - used, format, pid);
}

static bool is_helper(const struct world *world, pid_t pid)
{
	for (int i = 0; i < world->helper_count; i++) {
		if (world->helpers[i] == pid)
			return true;
	}
	return false;
}

/* Reaps what has ended, and lists the others but for the helpers. */
static int find_left(const struct world *world, pid_t left[LEFT])
{
	DIR *directory = opendir("/proc");
	struct dirent *entry;
	int count = 0;

	if (!directory)
		broken("/proc");
	while ((entry = readdir(directory)) && count < LEFT) {
		pid_t pid = atoi(entry->d_name);

		if (pid > 1 && !is_helper(world, pid) && waitpid(pid, NULL, WNOHANG) <= 0)
			left[count++] = pid;
	}
	closedir(directory);
	return count;
}

/* Until as many processes are left as should be, and a moment for those that are ending. */
static void await_left(const struct world *world, int wanted, pid_t left[LEFT],
                       struct outcome *outcome)
{
	while ((outcome->left = find_left(world, left)) > wanted && !is_late())
		poll(NULL, 0, 1);
}

static char state_of(pid_t pid)
{
	char path[64];
	char text[256] = "";
	FILE *file;
	const char *at;

	snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	file = fopen(path, "re");
	if (!file)
		return 'X';
	if (!fgets(text, sizeof(text), file))
		*text = '\0';
	fclose(file);
	at = strrchr(text, ')');
	return at ? at[2] : 'X';
}

/* Every helper goes on as before. */
static void judge_helpers(const struct world *world, struct outcome *outcome)
{
	for (int i = 0; i < world->helper_count; i++) {
		pid_t pid = world->helpers[i];

		if (pid <= 0)
			continue;
		while (strchr("tT", state_of(pid)) && !is_late())
			poll(NULL, 0, 1);
		if (!strchr("SRD", state_of(pid)))
			say_trouble(outcome,
			            "process %d was left stopped, or has ended; ", pid);
	}
}

static unsigned long mapped(pid_t pid)
{
	char path[64];
	char line[512];
	unsigned long count = 0;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/maps", (int)pid);
	file = pid > 0 ? fopen(path, "re") : NULL;
	while (file && fgets(line, sizeof(line), file))
		count += strstr(line, "/SYSV") != NULL;
	if (file)
		fclose(file);
	return count;
}

/*
 * What is attached is what these processes have mapped. A process that has ended may be
 * counted for a while, if another process inspected it just then.
 */
static void settle(const struct world *world, pid_t other, char state[STATE])
{
	unsigned long wanted;

	do {
		wanted = mapped(other);
		for (int i = 0; i < world->helper_count; i++)
			wanted += mapped(world->helpers[i]);
		if (has_word(world->test->setup, "elsewhere") ||
		    world_state(world, state) == wanted)
			break;
		poll(NULL, 0, 1);
	} while (!is_late());
	world_state(world, state);
}

/* A process that holds a segment in the background ends by a signal. */
static void end_background(struct world *world, pid_t pid, struct outcome *outcome)
{
	pid_t left[LEFT];
	char state[STATE];

	kill(pid, SIGTERM);
	await_left(world, 0, left, outcome);
	if (outcome->left)
		say_trouble(outcome, "process %d does not end by SIGTERM; ", pid);
	settle(world, 0, state);
	snprintf(outcome->state + strlen(outcome->state), STATE - strlen(outcome->state),
	         "once it was ended:\n%s", state);
}

void look_around(struct world *world, struct outcome *outcome)
{
	bool background = has_word(world->test->judged, "background") &&
	                  WIFEXITED(outcome->status) && WEXITSTATUS(outcome->status) == 0;
	pid_t left[LEFT];

	await_left(world, background ? 1 : 0, left, outcome);
	if (!background && outcome->left)
		say_trouble(outcome, "process %d is left; ", left[0]);
	judge_helpers(world, outcome);
	settle(world, background && outcome->left == 1 ? left[0] : 0, outcome->state);
	if (background && outcome->left == 1)
		end_background(world, left[0], outcome);
	else if (background)
		say_trouble(outcome, "%d processes hold in the background; ",
		            outcome->left);
	outcome->left = find_left(world, left);
	for (int i = 0; i < outcome->left; i++)
		kill(left[i], SIGKILL);
	while (find_left(world, left) > 0)
		poll(NULL, 0, 1);
}
