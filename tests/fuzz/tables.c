/* SPDX-License-Identifier: MIT */
/* tables.c - fuzz targets for the tables of /proc and /etc */

#include "proc.h"

#include "text/names.h"

/* ---- the table of segments ---- */

static void run_shm(const char *input, size_t length)
{
	struct shmbox_info *infos;
	size_t piece;
	size_t used = file_of(input, length, &piece);
	int count;

	pretend("/sysvipc/shm", file, used, piece);
	count = shmbox_list_counted(&infos);
	CHECK(count >= 0);
	if (count > 0)
		CHECK(shmbox_memory(infos, (size_t)count) == 0);
	for (int i = 0; i < count; i++)
		CHECK(infos[i].mode <= 0777);
	free(infos);
}

/* A row as the kernel prints it, of any numbers, is read as these. */
static void run_row(const char *input, size_t length)
{
	struct {
		int32_t key, id, cpid, lpid;
		uint32_t mode, uid, gid, cuid, cgid;
		uint64_t size, attached, resident, swapped;
		int64_t atime, dtime, ctime;
	} row = { 0 };
	struct shmbox_info *infos;
	int used;

	memcpy(&row, input, length < sizeof(row) ? length : sizeof(row));
	/* ipc/shm.c, sysvipc_shm_proc_show() */
	used = snprintf(
		file, sizeof(file),
		"%10d %10d  %4o %21llu %5u %5u  %5llu %5u %5u %5u %5u %10llu "
		"%10llu %10llu %21llu %21llu\n",
		row.key, row.id, row.mode, (unsigned long long)row.size,
		(unsigned)row.cpid, (unsigned)row.lpid, (unsigned long long)row.attached,
		row.uid, row.gid, row.cuid, row.cgid, (unsigned long long)row.atime,
		(unsigned long long)row.dtime, (unsigned long long)row.ctime,
		(unsigned long long)row.resident, (unsigned long long)row.swapped);
	pretend("/sysvipc/shm", file, (size_t)used, SIZE_MAX);
	CHECK(shmbox_list_counted(&infos) == 1);
	CHECK(infos->key == row.key && infos->id == row.id && infos->size == row.size);
	CHECK(infos->mode == (row.mode & 0777) && infos->attached == row.attached);
	CHECK(infos->creator_pid == row.cpid && infos->last_pid == row.lpid);
	CHECK(infos->owner_uid == row.uid && infos->owner_gid == row.gid);
	CHECK(infos->creator_uid == row.cuid && infos->creator_gid == row.cgid);
	CHECK(infos->attach_time == row.atime && infos->detach_time == row.dtime);
	CHECK(infos->change_time == row.ctime);
	free(infos);
}

/* ---- the machine ---- */

static void run_meminfo(const char *input, size_t length)
{
	static const char policy[] = "2\n";
	const struct shmbox_spec spec = { .size = 1 << 20, .mode = 0600 };
	struct shmbox_cause cause = { 0 };

	pretend_input("/meminfo", input, length);
	pretend("/overcommit_memory", policy, strlen(policy), SIZE_MAX);
	/* only these two lines count */
	CHECK(shmbox_available() == SHMBOX_UNKNOWN ||
	      memmem(input, length, "MemAvailable:", 13) ||
	      memmem(input, length, "SwapFree:", 9));
	shmbox_explain(SHMBOX_CREATE, -ENOMEM, &spec, &cause);
}

static void run_vmstat(const char *input, size_t length)
{
	pretend_input("/vmstat", input, length);
	CHECK(shmbox_oom_kills() >= SHMBOX_UNKNOWN);
}

static void run_sysctl(const char *input, size_t length)
{
	pretend_input("/shm_rmid_forced", input, length);
	pretend_input("/shmall", input, length);
	shmbox_rmid_forced();
}

/* ---- users and groups ---- */

static void check_name(const char *name)
{
	CHECK(memchr(name, '\0', TEXT_MAX) && !strpbrk(name, ":\n"));
}

static void run_passwd(const char *input, size_t length)
{
	size_t piece;
	size_t used = file_of(input, length, &piece);
	char name[TEXT_MAX];
	uid_t user;
	gid_t group;

	pretend("/etc/passwd", file, used, piece);
	pretend("/etc/group", file, used, piece);
	find_user("fuzz", &user, &group);
	find_login_group(0, &group);
	find_group("fuzz", &group);
	if (user_name(name, 0))
		check_name(name);
	if (group_name(name, 12))
		check_name(name);
}

/* ---- the table ---- */

const struct target table_targets[] = {
	{ "shm", run_shm },       { "row", run_row },       { "meminfo", run_meminfo },
	{ "vmstat", run_vmstat }, { "sysctl", run_sysctl }, { "passwd", run_passwd },
	{ NULL, NULL },
};
