/* SPDX-License-Identifier: MIT */
/* jobs.c - jobs: reads, writes, and what ends them early */

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "api.h"

/* Counts calls, and sees that done never goes back. */
struct watch {
	const struct shmbox_job *job;
	uint64_t last;
	int calls;
};

static int look_on(void *context)
{
	struct watch *watch = context;

	assert(watch->job->done >= watch->last && watch->job->done <= watch->job->length);
	watch->last = watch->job->done;
	watch->calls++;
	return 0;
}

static void moves_much_and_is_watched(void)
{
	int id = make(MUCH);
	struct shmbox_map map = attach(id);
	struct watch watch = { 0 };
	int file = temporary();
	struct shmbox_job job = { .length = MUCH, .fd = file, .progress = look_on };
	char *bytes = malloc(MUCH);

	assert(bytes);
	fill(&map, 0, MUCH);
	watch.job = &job;
	job.context = &watch;
	assert(shmbox_send(&map, &job) == 0 && job.done == MUCH && job.how);
	assert(watch.calls > 0 && watch.last == MUCH);
	assert(pread(file, bytes, MUCH, 0) == MUCH && is_pattern(bytes, 0, MUCH));
	assert(lseek(file, 0, SEEK_CUR) == MUCH);
	free(bytes);
	shmbox_detach(&map);
	destroy(id);

	id = make(MUCH);
	map = attach(id);
	watch = (struct watch){ .job = &job };
	assert(lseek(file, 0, SEEK_SET) == 0);
	assert(shmbox_receive(&map, &job) == 0 && job.done == MUCH && job.how);
	assert(watch.calls > 0 && watch.last == MUCH);
	bytes = content(&map);
	assert(is_pattern(bytes, 0, MUCH));
	free(bytes);
	/* the input has ended */
	assert(shmbox_receive(&map, &job) == 0 && job.done == 0 && job.how == 0);
	close(file);
	shmbox_detach(&map);
	destroy(id);
}

static void sends_to_pipes_that_do_not_block(void)
{
	int id = make(MUCH);
	struct shmbox_map map = attach(id);
	struct reader reader = { .bytes = malloc(MUCH + 1) };
	struct shmbox_job job = { .offset = 1, .length = MUCH - 1 };
	pthread_t thread;
	int ends[2];

	assert(reader.bytes);
	fill(&map, 0, MUCH);
	assert(pipe(ends) == 0 && fcntl(ends[1], F_SETFL, O_NONBLOCK) == 0);
	reader.fd = ends[0];
	job.fd = ends[1];
	assert(pthread_create(&thread, NULL, read_all, &reader) == 0);
	assert(shmbox_send(&map, &job) == 0 && job.done == MUCH - 1);
	close(ends[1]);
	assert(pthread_join(thread, NULL) == 0);
	assert(reader.length == MUCH - 1 && is_pattern(reader.bytes, 1, MUCH - 1));
	free(reader.bytes);
	/* nobody reads any more */
	assert(pipe(ends) == 0);
	close(ends[0]);
	signal(SIGPIPE, SIG_IGN);
	job.fd = ends[1];
	assert(shmbox_send(&map, &job) == -EPIPE && job.done == 0);
	close(ends[1]);
	close(reader.fd);
	shmbox_detach(&map);
	destroy(id);
}

/* Nobody reads from the pipe, and nobody writes into it. */
static void a_stalled_peer_is_left(const struct shmbox_map *map, int flags)
{
	struct ending ending = { .at = 10 };
	struct shmbox_job job = { .length = MUCH,
		                  .progress = end_it,
		                  .context = &ending };
	int ends[2];

	assert(open_pipe(ends, flags));
	job.fd = ends[1];
	assert(shmbox_send(map, &job) == 42 && job.done > 0 && job.done < MUCH);
	close(ends[0]);
	close(ends[1]);

	assert(open_pipe(ends, flags));
	ending = (struct ending){ .at = 2 };
	job.fd = ends[0];
	assert(shmbox_receive(map, &job) == 42 && job.done == 0);
	close(ends[0]);
	close(ends[1]);
}

static void ends_jobs(void)
{
	int id = make(MUCH);
	struct shmbox_map map = attach(id);
	struct ending ending = { .at = 2 };
	struct steps steps = { 0 };
	struct shmbox_job job = { .length = MUCH,
		                  .progress = end_it,
		                  .context = &ending };

	fill(&map, 0, MUCH);
	a_stalled_peer_is_left(&map, O_NONBLOCK);
	be_interrupted(true);
	a_stalled_peer_is_left(&map, 0);
	be_interrupted(false);
	assert(shmbox_walk(&map, &job, step, &steps) == 42 && ending.calls == 2);
	assert(job.done == steps.place && steps.calls == 2 && job.done < MUCH);
	ending.calls = 0;
	assert(shmbox_populate(&map, &job) == 42 && ending.calls == 2);
	assert(job.done > 0 && job.done < MUCH);
	ending.calls = 0;
	assert(shmbox_wipe(&map, &job) == 42 && ending.calls == 2);
	assert(job.done > 0 && job.done < MUCH);
	shmbox_detach(&map);
	destroy(id);
}

const struct test jobs_tests[] = {
	{ TEST(moves_much_and_is_watched) },
	{ TEST(sends_to_pipes_that_do_not_block) },
	{ TEST(ends_jobs) },
	{ 0 },
};
