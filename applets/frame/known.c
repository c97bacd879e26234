/* known.c - programs that are known by the key of their segment, or by who has it */

#include "known.h"

/* A source for each: where the key or the program's name is fixed. */
static const struct known {
	uint32_t key;        /* the first of .. */
	uint32_t count;      /* .. so many; 0: known by the command's name alone */
	const char *command; /* how the name of a holder, or of the creator, begins */
	const char *name;
} table[] = {
	/* ntp.org, driver 28: units count from 0; gpsd and chrony share them */
	{ 0x4e545030, 256, NULL, "NTP unit " },
	/* gpsd: gpsd.h, GPSD_SHM_KEY */
	{ 0x47505344, 1, NULL, "gpsd" },
	/* LinuxCNC: hal_priv.h, HAL_KEY, and rtapi_common.h, RTAPI_KEY */
	{ 0x48414c32, 1, NULL, "LinuxCNC HAL" },
	{ 0x90280a48, 1, NULL, "LinuxCNC RTAPI" },
	/* JACK: shm.c, JACK_SHM_REGISTRY_KEY */
	{ 0x00282929, 1, NULL, "JACK" },
	/* postgresql.org, "Managing Kernel Resources"; the key is a directory's inode */
	{ 0, 0, "postgres", "PostgreSQL" },
	/* Oracle Database Concepts, "Process Architecture": ora_pmon_SID, .. */
	{ 0, 0, "ora_", "Oracle" },
	/* AFL++: afl-forkserver.c hands its map on in __AFL_SHM_ID */
	{ 0, 0, "afl-", "AFL" },
	/* X.Org's MIT-SHM protocol, ShmAttach: the server attaches what clients made; its own
	 * framebuffer may be one too (Xvfb -shmem) */
	{ 0, 0, "Xorg", "X" },
	{ 0, 0, "Xvfb", "X" },
	{ 0, 0, "Xwayland", "X" },
	{ 0, 0, "Xephyr", "X" },
	{ 0, 0, "Xvnc", "X" },
	{ 0, 0, "Xtigervnc", "X" },
};

static bool begins(const char *text, const char *prefix)
{
	return strncmp(text, prefix, strlen(prefix)) == 0;
}

bool known_by_key(char *out, key_t key)
{
	for (size_t i = 0; i < sizeof(table) / sizeof(*table); i++) {
		uint32_t unit = (uint32_t)key - table[i].key;

		if (unit >= table[i].count)
			continue;
		if (table[i].count == 1)
			snprintf(out, TEXT_MAX, "%s", table[i].name);
		else
			snprintf(out, TEXT_MAX, "%s%u", table[i].name, (unsigned)unit);
		return true;
	}
	return false;
}

bool known_by_command(char *out, const char *command)
{
	for (size_t i = 0; i < sizeof(table) / sizeof(*table); i++) {
		if (!table[i].command || !begins(command, table[i].command))
			continue;
		snprintf(out, TEXT_MAX, "%s", table[i].name);
		return true;
	}
	return false;
}
