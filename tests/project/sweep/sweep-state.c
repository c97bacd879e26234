/* SPDX-License-Identifier: MIT */
/* sweep-state.c - the segments and files that there are, in words */

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/shm.h>
#include <sys/stat.h>

#include "sweep-world.h"

enum { ANY = 15 }; /* SHM_STAT_ANY, which the C library may not know */

static void add(char state[STATE], const char *text)
{
	size_t used = strlen(state);

	snprintf(state + used, STATE - used, "%s", text);
}

static unsigned long hash_of(int id, size_t size)
{
	unsigned long hash = 5381;
	unsigned char *at = shmat(id, NULL, SHM_RDONLY);

	if ((intptr_t)at == -1)
		return 0;
	for (size_t i = 0; i < size; i++)
		hash = hash * 33 ^ at[i];
	shmdt(at);
	return hash;
}

/* A key that was drawn is another one in each run. */
static unsigned plain_key(key_t key)
{
	static const key_t known[] = { IPC_PRIVATE, KEY, KEY + 1, ORPHAN_KEY, LATER_KEY };

	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++) {
		if (known[i] == key)
			return (unsigned)key;
	}
	return ~0U;
}

static unsigned long add_segments(const struct world *world, char state[STATE])
{
	bool changes = has_word(world->test->setup, "writer");
	unsigned long attached = 0;
	struct shm_info usage;
	struct shmid_ds ds;
	char line[160];
	int last = shmctl(0, SHM_INFO, (struct shmid_ds *)&usage);

	for (int i = 0; i <= last; i++) {
		int id = shmctl(i, ANY, &ds);

		if (id < 0)
			continue;
		snprintf(line, sizeof(line),
		         "segment %d key 0x%x size %lu mode %o owner %d:%d attached %lu "
		         "hash %lx\n",
		         id, plain_key(ds.shm_perm.__key), ds.shm_segsz, ds.shm_perm.mode,
		         (int)ds.shm_perm.uid, (int)ds.shm_perm.gid, ds.shm_nattch,
		         changes ? 0 : hash_of(id, ds.shm_segsz));
		add(state, line);
		attached += ds.shm_nattch;
	}
	return attached;
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static void add_files(const char *directory, char state[STATE])
{
	char path[512];
	char line[600];
	struct dirent **entries;
	struct stat st;
	int count = scandir(directory, &entries, NULL, by_name);

	for (int i = 0; i < count; i++) {
		snprintf(path, sizeof(path), "%s/%s", directory, entries[i]->d_name);
		if (entries[i]->d_name[0] != '.' && lstat(path, &st) == 0) {
			snprintf(line, sizeof(line), "file %s mode %o\n",
			         entries[i]->d_name, st.st_mode);
			add(state, line);
		}
		free(entries[i]);
	}
	free(entries);
}

unsigned long world_state(const struct world *world, char state[STATE])
{
	unsigned long attached;

	*state = '\0';
	attached = add_segments(world, state);
	add_files(world->directory, state);
	return attached;
}
