/* SPDX-License-Identifier: MIT */
/* orphan.c - whether a segment is an orphan, and for how long it was idle */

#include <time.h>
#include <unistd.h>

#include "api.h"

static void tells_for_how_long_it_was_idle(void)
{
	const int64_t now = (int64_t)time(NULL);
	struct timespec up;
	int64_t uptime;

	clock_gettime(CLOCK_BOOTTIME, &up);
	uptime = (int64_t)up.tv_sec;
	assert(uptime > 30);
	for (int which = 0; which < 3; which++) {
		struct shmbox_info info = { .change_time = now - 20 };
		int64_t *const times[] = { &info.change_time, &info.attach_time,
			                   &info.detach_time };
		int64_t idle = shmbox_idle(&info);

		assert(idle >= 20 && idle <= (int64_t)time(NULL) - (now - 20));
		/* the latest counts */
		*times[which] = now - 10;
		idle = shmbox_idle(&info);
		assert(idle >= 10 && idle <= (int64_t)time(NULL) - (now - 10));
		/* a clock was set */
		*times[which] = now + 1000;
		assert(shmbox_idle(&info) == SHMBOX_UNKNOWN);
		*times[which] = now - uptime - 100;
		assert(shmbox_idle(&info) == SHMBOX_UNKNOWN);
		*times[which] = 1;
		assert(shmbox_idle(&info) == SHMBOX_UNKNOWN);
	}
}

/* A case, and what is to come of it. */
struct trial {
	uint64_t attached;
	pid_t creator;
	pid_t last;
	int64_t attach_time;
	int64_t change_time;
	enum shmbox_orphan orphan;
	enum shmbox_reason reason;
};

static void judges(void)
{
	enum { SECONDS = 10, YEARS = 1000000000 };
	const int64_t past = (int64_t)time(NULL) - 20;
	const int64_t future = past + 1000;
	const pid_t we = getpid();
	const pid_t gone = ended_process();
	const struct trial trials[] = {
		{ 0, gone, 0, 0, past, SHMBOX_ORPHAN_YES, SHMBOX_REASON_ENDED },
		{ 0, gone, gone, past, past, SHMBOX_ORPHAN_YES, SHMBOX_REASON_ENDED },
		{ 1, gone, gone, past, past, SHMBOX_ORPHAN_NO, SHMBOX_REASON_ATTACHED },
		{ 1, 0, 0, past, future, SHMBOX_ORPHAN_NO, SHMBOX_REASON_ATTACHED },
		{ 0, we, gone, past, past, SHMBOX_ORPHAN_NO,
		  SHMBOX_REASON_CREATOR_ALIVE },
		{ 0, gone, we, past, past, SHMBOX_ORPHAN_NO, SHMBOX_REASON_LAST_ALIVE },
		{ 0, 0, we, past, past, SHMBOX_ORPHAN_NO, SHMBOX_REASON_LAST_ALIVE },
		{ 0, gone, 0, 0, past, SHMBOX_ORPHAN_NO, SHMBOX_REASON_RECENT },
		{ 0, gone, 0, past, past, SHMBOX_ORPHAN_UNKNOWN,
		  SHMBOX_REASON_LAST_UNKNOWN },
		{ 0, 0, gone, past, past, SHMBOX_ORPHAN_UNKNOWN,
		  SHMBOX_REASON_CREATOR_UNKNOWN },
		{ 0, 0, 0, 0, past, SHMBOX_ORPHAN_UNKNOWN,
		  SHMBOX_REASON_CREATOR_UNKNOWN },
		{ 0, gone, gone, past, future, SHMBOX_ORPHAN_UNKNOWN,
		  SHMBOX_REASON_CLOCK },
		{ 0, gone, gone, 1, past, SHMBOX_ORPHAN_UNKNOWN, SHMBOX_REASON_CLOCK },
	};
	struct shmbox_witness witness = { 0 };

	for (size_t i = 0; i < sizeof(trials) / sizeof(*trials); i++) {
		const struct trial *trial = &trials[i];
		const struct shmbox_info info = {
			.attached = trial->attached,
			.creator_pid = trial->creator,
			.last_pid = trial->last,
			.attach_time = trial->attach_time,
			.change_time = trial->change_time,
		};
		struct shmbox_verdict verdict;

		shmbox_judge(&info,
		             trial->reason == SHMBOX_REASON_RECENT ? YEARS : SECONDS,
		             &witness, &verdict);
		assert(verdict.orphan == trial->orphan);
		assert(verdict.reason == trial->reason);
		assert(verdict.idle == shmbox_idle(&info) || verdict.idle >= 0);
		assert(verdict.creator == (trial->creator == 0    ? SHMBOX_FATE_UNKNOWN
		                           : trial->creator == we ? SHMBOX_FATE_ALIVE
		                                                  : SHMBOX_FATE_ENDED));
	}
}

static void judges_what_is_there(void)
{
	struct shmbox_witness witness = { 0 };
	struct shmbox_verdict verdict;
	int id = make(SIZE);
	struct shmbox_info info = look(id);
	struct shmbox_map map;

	shmbox_judge(&info, 0, &witness, &verdict);
	assert(verdict.reason == SHMBOX_REASON_CREATOR_ALIVE);
	assert(verdict.last == SHMBOX_FATE_NONE);
	map = attach(id);
	info = look(id);
	shmbox_judge(&info, 0, &witness, &verdict);
	assert(verdict.reason == SHMBOX_REASON_ATTACHED);
	assert(verdict.last == SHMBOX_FATE_ALIVE);
	shmbox_detach(&map);
	destroy(id);
}

const struct test orphan_tests[] = {
	{ TEST(tells_for_how_long_it_was_idle) },
	{ TEST(judges) },
	{ TEST(judges_what_is_there) },
	{ 0 },
};
