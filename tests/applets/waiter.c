/* SPDX-License-Identifier: MIT */
/*
 * waiter.c - a process that waits on a segment, for tests/applets/shmwait.bats
 * usage: waiter threads | twin ID
 *        waiter turns ID MINE NEXT COUNT
 *
 * It attaches the segment once, waits for the word at 0 to change from 0, and prints how that
 * ended: 1, or a negated errno. threads: a second thread waits too, and prints that too. twin:
 * there is a process that shares its memory, and the attach with it, and does not wait.
 * turns: instead it waits COUNT times for the word to be MINE, and makes it NEXT; it prints how
 * many times that was done.
 */

#define _GNU_SOURCE

#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <shmbox/shmbox.h>

static struct shmbox_map map;

static int look(void *data)
{
	static const struct shmbox_field field = { .width = 4, .count = 1 };
	uint64_t number = 0;
	int rc = shmbox_field_load(data, &field, &number);

	return rc < 0 ? rc : number != 0;
}

static void *wait_there(void *unused)
{
	const struct shmbox_watch watch = {
		.look = look,
		.data = &map,
		.timeout = SHMBOX_FOREVER,
		.map = &map,
		.wakeable = true,
	};

	printf("%d\n", shmbox_wait(&watch));
	fflush(stdout);
	return unused;
}

static int rest(void *unused)
{
	for (;;)
		pause();
	return unused != NULL;
}

static int take_turns(char **words)
{
	static const struct shmbox_field field = { .width = 4, .count = 1 };
	uint64_t mine = (uint64_t)atoi(words[0]);
	uint64_t next = (uint64_t)atoi(words[1]);
	int most = atoi(words[2]);
	int done = 0;

	while (done < most &&
	       shmbox_field_exchange(
		       &map, &field,
		       &(struct shmbox_swap){ .expected = mine,
	                                      .value = next,
	                                      .timeout = SHMBOX_FOREVER }) == 0)
		done++;
	printf("%d\n", done);
	return done != most;
}

int main(int count, char **words)
{
	static _Alignas(16) char stack[16384];
	bool turns = count == 6 && strcmp(words[1], "turns") == 0;
	bool threads = count == 3 && strcmp(words[1], "threads") == 0;
	pthread_t other;

	if ((count != 3 && !turns) || shmbox_attach(atoi(words[2]), 0, &map) < 0)
		return 1;
	if (turns)
		return take_turns(words + 3);
	if (threads && pthread_create(&other, NULL, wait_there, NULL) != 0)
		return 1;
	if (!threads && clone(rest, stack + sizeof(stack), CLONE_VM | SIGCHLD, NULL) < 0)
		return 1;
	wait_there(NULL);
	return threads && pthread_join(other, NULL) != 0;
}
