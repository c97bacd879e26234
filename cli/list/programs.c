/* SPDX-License-Identifier: MIT */
/*
 * programs.c - programs known by the key of their segment, or by a process that uses it
 */

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "list/programs.h"
#include "text/text.h"

/*
 * Each row has a source for its key and size, or for the program's name. A key alone is
 * not proof, because any program may use it: the size must be one that the program
 * creates, or a process of the program must be involved.
 */
static const struct known {
	uint32_t key;   /* the first key .. */
	uint32_t count; /* .. and the number of keys; 0: only the command counts */
	/* sizes in bytes; 0: the size does not count */
	uint64_t least;
	uint64_t most;
	char command[12]; /* prefix of the names of its processes, or "" */
	char name[20];    /* if it has several keys, their number is appended */
} table[] = {
	/*
	 * ntp.org, driver 28: struct shmTime, with 4 or 8 bytes for a time. Units count
	 * from 0; gpsd and chrony share them.
	 */
	{ 0x4e545030, 256, 80, 96, "", "ntp-unit-" },
	/* gpsd: gpsd.h, GPSD_SHM_KEY, struct shmexport_t */
	{ 0x47505344, 1, 4096, 1048576, "gpsd", "gpsd" },
	/* LinuxCNC: hal_priv.h, HAL_KEY and HAL_SIZE; rtapi_common.h, RTAPI_KEY;
	 * uspace_common.h, UUID_KEY; sampler.h and streamer.h; scope_shm.h; classicladder's
	 * emc_mods.h; emcmotcfg.h, DEFAULT_SHMEM_KEY */
	{ 0x48414c32, 1, 65500, 16777216, "rtapi_app", "LinuxCNC-HAL" },
	{ 0x90280a48, 1, 1024, 1048576, "rtapi_app", "LinuxCNC-RTAPI" },
	{ 0x48484c34, 1, 8, 4096, "rtapi_app", "LinuxCNC-UUID" },
	{ 0x48534130, 8, 64, 16777216, "rtapi_app", "LinuxCNC-sampler-" },
	{ 0x48535430, 8, 64, 16777216, "rtapi_app", "LinuxCNC-streamer-" },
	{ 0x130cf406, 1, 0, 0, "rtapi_app", "LinuxCNC-scope" },
	{ 0x434c522b, 1, 0, 0, "rtapi_app", "LinuxCNC-ladder" },
	{ 0x00000064, 1, 0, 0, "rtapi_app", "LinuxCNC-motion" },
	{ 0x00000064, 1, 0, 0, "milltask", "LinuxCNC-motion" },
	/* JACK: shm.c, JACK_SHM_REGISTRY_KEY and JACK_SHM_REGISTRY_SIZE */
	{ 0x00282929, 1, 4096, 65536, "jackd", "JACK" },
	/* ZoneMinder: ZM_SHM_KEY, with a monitor's number in the lower half; its images follow */
	{ 0x7a6d0000, 65536, 65536, UINT64_MAX, "zmc", "ZoneMinder-" },
	/* postgresql.org, "Managing Kernel Resources"; the key is a directory's inode */
	{ 0, 0, 0, 0, "postgres", "PostgreSQL" },
	/* Oracle Database Concepts, "Process Architecture": ora_pmon_SID, .. */
	{ 0, 0, 0, 0, "ora_", "Oracle" },
	/* AFL++: afl-forkserver.c hands its map on in __AFL_SHM_ID */
	{ 0, 0, 0, 0, "afl-", "AFL" },
	/* X.Org's MIT-SHM protocol, ShmAttach: the server attaches what clients made; its own
	 * framebuffer may be one too (Xvfb -shmem) */
	{ 0, 0, 0, 0, "Xorg", "X" },
	{ 0, 0, 0, 0, "Xvfb", "X" },
	{ 0, 0, 0, 0, "Xwayland", "X" },
	{ 0, 0, 0, 0, "Xephyr", "X" },
	{ 0, 0, 0, 0, "Xvnc", "X" },
	{ 0, 0, 0, 0, "Xtigervnc", "X" },
	{ 0, 0, 0, 0, "Xtightvnc", "X" },
	{ 0, 0, 0, 0, "Xnest", "X" },
	{ 0, 0, 0, 0, "nxagent", "X" },
};

static bool begins(const char *text, const char *prefix)
{
	return strncmp(text, prefix, strlen(prefix)) == 0;
}

static void write_known(char *out, const struct known *known, uint32_t unit)
{
	if (known->count > 1)
		snprintf(out, TEXT_MAX, "%s%u", known->name, (unsigned)unit);
	else
		snprintf(out, TEXT_MAX, "%s", known->name);
}

bool program_by_key(char *out, key_t key, uint64_t size)
{
	for (size_t i = 0; i < sizeof(table) / sizeof(*table); i++) {
		uint32_t unit = (uint32_t)key - table[i].key;

		if (unit >= table[i].count || size < table[i].least ||
		    size > table[i].most)
			continue;
		write_known(out, &table[i], unit);
		return true;
	}
	return false;
}

bool program_by_command(char *out, key_t key, const char *command)
{
	for (size_t i = 0; i < sizeof(table) / sizeof(*table); i++) {
		uint32_t unit = (uint32_t)key - table[i].key;

		if (!*table[i].command || !begins(command, table[i].command) ||
		    (table[i].count && unit >= table[i].count))
			continue;
		write_known(out, &table[i], unit);
		return true;
	}
	return false;
}
