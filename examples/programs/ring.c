/* SPDX-License-Identifier: MIT */
/*
 * ring.c - a ring buffer between two processes, which sleep while it is empty or full
 *
 * usage: ring <INPUT >OUTPUT
 *
 * A child sends its standard input through a segment, and the parent writes it to its
 * standard output. The bytes are moved in map.address. The library only sleeps and wakes.
 */
#include <shmbox/shmbox.h>
#include <stdatomic.h>
#include <sys/wait.h>
#include <unistd.h>

enum { ROOM = 4096 };

/* What is in the segment. Numbers of bytes so far: they wrap around. */
struct ring {
	_Atomic uint32_t written;
	_Atomic uint32_t read;
	_Atomic uint32_t closed;
	unsigned char bytes[ROOM];
};

static struct shmbox_map map;

static struct ring *ring(void)
{
	return map.address;
}

static uint32_t used(void)
{
	return atomic_load(&ring()->written) - atomic_load(&ring()->read);
}

static int has_room(void *data)
{
	(void)data;
	return used() < ROOM;
}

static int has_bytes(void *data)
{
	(void)data;
	return used() > 0 || atomic_load(&ring()->closed);
}

/* Sleeps until look() is true; the other side wakes the word after each step. */
static int await(int (*look)(void *data), size_t word)
{
	const struct shmbox_watch watch = { .look = look,
		                            .timeout = SHMBOX_FOREVER,
		                            .map = &map,
		                            .flags = SHMBOX_DESPITE_MARK,
		                            .wakeable = true,
		                            .word = word };

	return shmbox_wait(&watch);
}

/* Adds to one of the numbers, and wakes the process that waits for it. */
static void advance(_Atomic uint32_t *number, size_t word, uint32_t count)
{
	atomic_fetch_add(number, count);
	shmbox_wake(&map, word, sizeof(*number), 1);
}

static int fill(void)
{
	while (await(has_room, offsetof(struct ring, read)) >= 0) {
		uint32_t place = atomic_load(&ring()->written) % ROOM;
		uint32_t room = ROOM - used();
		ssize_t got;

		if (room > ROOM - place)
			room = ROOM - place;
		got = read(STDIN_FILENO, ring()->bytes + place, room);
		if (got <= 0) {
			atomic_store(&ring()->closed, 1);
			shmbox_wake(&map, offsetof(struct ring, written),
			            sizeof(uint32_t), 1);
			return got < 0;
		}
		advance(&ring()->written, offsetof(struct ring, written), (uint32_t)got);
	}
	return 1;
}

static int drain(void)
{
	while (await(has_bytes, offsetof(struct ring, written)) >= 0) {
		uint32_t read = atomic_load(&ring()->read);
		uint32_t count = used();

		if (count == 0) /* and closed */
			return 0;
		if (count > ROOM - read % ROOM)
			count = ROOM - read % ROOM;
		if (fwrite(ring()->bytes + read % ROOM, 1, count, stdout) != count)
			return 1;
		advance(&ring()->read, offsetof(struct ring, read), count);
	}
	return 1;
}

int main(void)
{
	const struct shmbox_spec spec = { .size = sizeof(struct ring), .mode = 0600 };
	int id = shmbox_create(&spec);
	int rc = id < 0 ? id : shmbox_attach(id, SHMBOX_MARK, &map);
	int status = 1;
	pid_t child;

	if (rc < 0) {
		fprintf(stderr, "ring: %s\n", shmbox_strerror(SHMBOX_CREATE, rc));
		return 1;
	}
	child = fork();
	if (child == 0)
		_exit(fill());
	if (child < 0 || drain() != 0)
		return 1;
	waitpid(child, &status, 0);
	return status != 0 || fflush(stdout) != 0;
}
