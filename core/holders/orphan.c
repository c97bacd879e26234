/* SPDX-License-Identifier: MIT */
/*
 * orphan.c - whether a segment is an orphan, in use, or unknown
 *
 * Times do not prove that a pid was reused: segments have the time of the wall clock,
 * processes the time since the boot. After one step of the wall clock, a living creator
 * seems younger than its segment (docs/kernel.md, Times and pids).
 */

#include <sys/auxv.h>
#include <time.h>

#include "proc/namespace.h"
#include "proc/procfs.h"

/* Reads the time of the boot and the present time, in seconds since the Epoch. */
static void read_clocks(int64_t *boot, int64_t *now)
{
	struct timespec wall;
	struct timespec up;

	clock_gettime(CLOCK_REALTIME, &wall);
	clock_gettime(CLOCK_BOOTTIME, &up);
	*now = (int64_t)wall.tv_sec;
	*boot = (int64_t)(wall.tv_sec - up.tv_sec) - (wall.tv_nsec < up.tv_nsec);
}

/* Field 22 of /proc/PID/stat, starttime, is in clock ticks since the boot (proc(5)). */
int64_t shmbox_process_began(pid_t pid)
{
	enum { FIELDS = 20 }; /* blanks between the name, field 2, and field 22 */
	char path[32];
	char text[512];
	const char *at;
	int64_t ticks;
	int64_t boot;
	int64_t now;

	snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	if (!proc_is_ours() || read_file(path, text, sizeof(text)) <= 0)
		return SHMBOX_UNKNOWN;
	/* the name may contain brackets, the rest does not */
	at = strrchr(text, ')');
	for (int i = 0; at && i < FIELDS; i++)
		at = strchr(at + 1, ' ');
	ticks = at ? (int64_t)next_number(&at, 10) : 0;
	if (!at)
		return SHMBOX_UNKNOWN;
	read_clocks(&boot, &now);
	return boot + ticks / (int64_t)getauxval(AT_CLKTCK);
}

static int64_t idle_at(const struct shmbox_info *info, int64_t boot, int64_t now)
{
	const int64_t times[] = { info->change_time, info->attach_time,
		                  info->detach_time };
	int64_t latest = 0;

	for (size_t i = 0; i < sizeof(times) / sizeof(*times); i++) {
		/* 0 means never */
		if (times[i] && (times[i] < boot || times[i] > now))
			return SHMBOX_UNKNOWN;
		if (times[i] > latest)
			latest = times[i];
	}
	return now - latest;
}

int64_t shmbox_idle(const struct shmbox_info *info)
{
	int64_t boot;
	int64_t now;

	read_clocks(&boot, &now);
	return idle_at(info, boot, now);
}

static enum shmbox_fate find_fate(pid_t pid)
{
	if (!shmbox_process_alive(pid))
		return SHMBOX_FATE_ENDED;
	return shares_namespace(pid, "pid") == 0 ? SHMBOX_FATE_ELSEWHERE
	                                         : SHMBOX_FATE_ALIVE;
}

static enum shmbox_fate fate_of(pid_t pid, struct shmbox_witness *witness)
{
	if (pid == 0 || !witness->visible)
		return SHMBOX_FATE_UNKNOWN;
	if (witness->pid != pid) {
		witness->fate = find_fate(pid);
		witness->pid = pid;
	}
	return witness->fate;
}

static bool is_alive(enum shmbox_fate fate)
{
	return fate == SHMBOX_FATE_ALIVE || fate == SHMBOX_FATE_ELSEWHERE;
}

/* Any evidence of use takes precedence over what is unknown. */
static enum shmbox_reason choose_reason(const struct shmbox_info *info,
                                        const struct shmbox_verdict *verdict,
                                        int64_t at_least, bool visible)
{
	if (info->attached)
		return SHMBOX_REASON_ATTACHED;
	if (is_alive(verdict->creator))
		return SHMBOX_REASON_CREATOR_ALIVE;
	if (is_alive(verdict->last))
		return SHMBOX_REASON_LAST_ALIVE;
	if (verdict->idle >= 0 && verdict->idle < at_least)
		return SHMBOX_REASON_RECENT;
	if (!visible)
		return SHMBOX_REASON_PROC;
	if (verdict->creator == SHMBOX_FATE_UNKNOWN)
		return SHMBOX_REASON_CREATOR_UNKNOWN;
	if (verdict->last == SHMBOX_FATE_UNKNOWN)
		return SHMBOX_REASON_LAST_UNKNOWN;
	return verdict->idle < 0 ? SHMBOX_REASON_CLOCK : SHMBOX_REASON_ENDED;
}

void shmbox_judge(const struct shmbox_info *info, int64_t at_least,
                  struct shmbox_witness *witness, struct shmbox_verdict *verdict)
{
	bool used = info->last_pid || info->attach_time || info->detach_time;

	if (!witness->asked) {
		*witness = (struct shmbox_witness){ .asked = true,
			                            .visible = all_processes_visible() };
		read_clocks(&witness->boot, &witness->now);
	}
	verdict->idle = idle_at(info, witness->boot, witness->now);
	verdict->creator = fate_of(info->creator_pid, witness);
	verdict->last = used ? fate_of(info->last_pid, witness) : SHMBOX_FATE_NONE;
	verdict->reason = choose_reason(info, verdict, at_least, witness->visible);
	if (verdict->reason == SHMBOX_REASON_ENDED)
		verdict->orphan = SHMBOX_ORPHAN_YES;
	else
		verdict->orphan = verdict->reason < SHMBOX_REASON_PROC
		                          ? SHMBOX_ORPHAN_NO
		                          : SHMBOX_ORPHAN_UNKNOWN;
}
