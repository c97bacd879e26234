/* SPDX-License-Identifier: MIT */
/*
 * copy.c - copy a segment to a file, with progress, until SIGINT cancels it
 *
 * usage: copy ID FILE
 *
 * The status is 130 after a cancellation. Holes of the segment become holes of the file.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <shmbox/shmbox.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

enum { CANCELLED = 1 };

static volatile sig_atomic_t interrupted;

static void interrupt(int number)
{
	(void)number;
	interrupted = 1;
}

/* Called after each piece, and when a signal has interrupted a wait. */
static int report(void *context)
{
	const struct shmbox_job *job = context;

	fprintf(stderr, "\r%3" PRIu64 " %%", job->done * 100 / job->length);
	return interrupted ? CANCELLED : 0;
}

static int failed(const char *name, enum shmbox_op op, int rc)
{
	fprintf(stderr, "copy: %s: %s\n", name, shmbox_strerror(op, rc));
	return 1;
}

int main(int argc, char **argv)
{
	const struct sigaction action = { .sa_handler = interrupt }; /* no SA_RESTART */
	struct shmbox_job job = { .progress = report };
	struct shmbox_map map;
	int rc;

	if (argc != 3)
		return 2;
	rc = shmbox_attach(atoi(argv[1]), SHMBOX_READ_ONLY, &map);
	if (rc < 0)
		return failed(argv[1], SHMBOX_ATTACH, rc);
	job.fd = open(argv[2], O_WRONLY | O_CREAT | O_TRUNC, 0600);
	if (job.fd < 0)
		return failed(argv[2], SHMBOX_READ, -errno);
	sigaction(SIGINT, &action, NULL);
	job.context = &job;
	job.length = map.size;
	rc = shmbox_send(&map, &job);
	fprintf(stderr, "\n");
	shmbox_detach(&map);
	if (rc == CANCELLED) {
		fprintf(stderr, "copy: cancelled after %" PRIu64 " bytes\n", job.done);
		return 130;
	}
	return rc < 0 ? failed(argv[2], SHMBOX_READ, rc) : close(job.fd) != 0;
}
