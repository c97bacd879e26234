/* SPDX-License-Identifier: MIT */
/* progress.c - report the progress of long work */

#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "diag/diag.h"
#include "text/text.h"
#include "work/progress.h"

enum { MILLISECOND = 1000000, PROGRESS_MAX = 4 * TEXT_MAX };

/*
 * Milliseconds between reports. A line that is drawn over may change often; lines that
 * stay should be few.
 */
enum { DRAWN_PAUSE = 200, LINE_PAUSE = 10000 };

/* Set by the handler of SIGUSR1. */
static volatile sig_atomic_t requested;

static void on_sigusr1(int number)
{
	(void)number;
	requested = 1;
}

bool progress_requested(void)
{
	bool was = requested;

	requested = 0;
	return was;
}

static int64_t now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (int64_t)time.tv_sec * 1000 * MILLISECOND + time.tv_nsec;
}

/* Bytes per second. */
static uint64_t rate(const struct task *task, int64_t time)
{
	uint64_t done = task_done(task);
	uint64_t passed = (uint64_t)(time - task->state.began) / MILLISECOND + 1;

	return done / passed * 1000 + done % passed * 1000 / passed;
}

static unsigned percent(uint64_t done, uint64_t total)
{
	return (unsigned)(total > UINT64_MAX / 100 ? done / (total / 100)
	                                           : done * 100 / total);
}

/* Writes "45% 483M of 1.0G, 1.2G/s, 1s left", or what is known of it. */
static void describe(const struct task *task, int64_t time, char out[PROGRESS_MAX])
{
	uint64_t done = task_done(task);
	uint64_t speed = rate(task, time);
	char size[TEXT_MAX];
	char total[TEXT_MAX];
	char pace[TEXT_MAX];
	char left[TEXT_MAX] = "?";

	text_size(size, done);
	text_size(pace, speed);
	if (task->total < done || !task->total) {
		snprintf(out, PROGRESS_MAX, "%s, %s/s", size, pace);
		return;
	}
	if (speed)
		text_age(left, (int64_t)((task->total - done + speed - 1) / speed));
	snprintf(out, PROGRESS_MAX, "%u%% %s of %s, %s/s, %s left",
	         percent(done, task->total), size, text_size(total, task->total), pace,
	         left);
}

static void print_progress(const struct task *task, bool stays, const char *text)
{
	if (task->state.terminal)
		draw(task->object, stays, "%s", text);
	else
		note(task->object, "%s", text);
}

int progress_report(void *data)
{
	struct task *task = data;
	struct progress *state = &task->state;
	bool stays = progress_requested();
	char text[PROGRESS_MAX];
	int64_t time;

	if (!stays && !state->wanted)
		return 0;
	time = now();
	if (!stays &&
	    time - state->reported <
	            (int64_t)MILLISECOND * (state->terminal ? DRAWN_PAUSE : LINE_PAUSE))
		return 0;
	describe(task, time, text);
	print_progress(task, stays, text);
	if (!stays)
		state->reported = time;
	return 0;
}

void progress_listen(void)
{
	const struct sigaction action = { .sa_handler = on_sigusr1 };
	struct sigaction before;

	/* an ignored signal stays ignored */
	if (sigaction(SIGUSR1, &action, &before) == 0 && before.sa_handler == SIG_IGN)
		sigaction(SIGUSR1, &before, NULL);
}

void progress_begin(struct task *task)
{
	progress_listen();
	task->state = (struct progress){
		.wanted = task->progress,
		.terminal = task->progress && isatty(STDERR_FILENO),
		.began = now(),
	};
	task->state.reported = task->state.began;
}

void progress_end(struct task *task)
{
	int64_t time = now();
	char text[PROGRESS_MAX];
	char size[TEXT_MAX];
	char speed[TEXT_MAX];
	char passed[TEXT_MAX];

	if (!task->state.wanted)
		return;
	text_age(passed, (time - task->state.began) / MILLISECOND / 1000);
	snprintf(text, sizeof(text), "%s in %s, %s/s", text_size(size, task_done(task)),
	         passed, text_size(speed, rate(task, time)));
	print_progress(task, true, text);
}
