/* SPDX-License-Identifier: MIT */
/*
 * lock_owner.c - a process is killed while it has a lock, and another one repairs the data
 *
 * usage: lock_owner
 *
 * Two numbers always have the sum 100, except while the lock is taken. A child takes the
 * lock, takes an amount from one of them, and is killed. The parent gets the lock, learns
 * that its owner has died, restores the sum, and goes on.
 */
#include <shmbox/shmbox.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

enum { SUM = 100, AMOUNT = 30 };

/* What is in the segment. All of it is read and written under the lock. */
struct accounts {
	uint64_t lock;
	int32_t here;
	int32_t there;
	int32_t complete; /* here after the last complete change */
};

static const uint64_t LOCK = offsetof(struct accounts, lock);
static struct shmbox_map map;

static void fail(enum shmbox_op op, int rc)
{
	fprintf(stderr, "lock_owner: %s\n", shmbox_strerror(op, rc));
	exit(1);
}

/* volatile: if this process is killed, the segment has what it did so far, in order. */
static volatile struct accounts *accounts(void)
{
	return map.address;
}

/* Takes the lock. If its owner has died, undoes the change that is not complete. */
static void lock(uint64_t self)
{
	int rc = shmbox_mutex_lock(&map, LOCK, self, SHMBOX_FOREVER);

	if (rc < 0)
		fail(SHMBOX_WAIT, rc);
	if (rc == SHMBOX_OWNER_DIED) {
		printf("the owner has died: %d and %d\n", accounts()->here,
		       accounts()->there);
		accounts()->here = accounts()->complete;
		accounts()->there = SUM - accounts()->here;
	}
}

static void unlock(uint64_t self)
{
	int rc;

	accounts()->complete = accounts()->here;
	rc = shmbox_mutex_unlock(&map, LOCK, self);
	if (rc < 0)
		fail(SHMBOX_WAIT, rc);
}

/* The child is killed in the middle of a change, after it has written to the pipe. */
static void die_with_lock(int pipe)
{
	lock(shmbox_self());
	accounts()->here -= AMOUNT;
	if (write(pipe, "x", 1) == 1)
		pause();
	_exit(1);
}

static void kill_owner(void)
{
	int ends[2];
	char byte;
	pid_t child;

	if (pipe(ends) < 0)
		exit(1);
	child = fork();
	if (child == 0)
		die_with_lock(ends[1]);
	close(ends[1]);
	if (child < 0 || read(ends[0], &byte, 1) != 1)
		exit(1);
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
}

int main(void)
{
	const struct shmbox_spec spec = { .size = sizeof(struct accounts), .mode = 0600 };
	const uint64_t self = shmbox_self();
	int id = shmbox_create(&spec);
	int rc;

	if (id < 0)
		fail(SHMBOX_CREATE, id);
	/* nothing is left if this program is killed too */
	rc = shmbox_attach(id, SHMBOX_MARK, &map);
	if (rc < 0)
		fail(SHMBOX_ATTACH, rc);
	lock(self);
	accounts()->here = SUM;
	unlock(self);
	kill_owner();
	lock(self);
	accounts()->here -= AMOUNT;
	accounts()->there += AMOUNT;
	printf("repaired, and moved: %d and %d\n", accounts()->here, accounts()->there);
	unlock(self);
	return 0;
}
