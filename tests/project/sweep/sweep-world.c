/* SPDX-License-Identifier: MIT */
/* sweep-world.c - segments, processes and files as a case wants them, and what became of them */

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/futex.h>
#include <linux/securebits.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/shm.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sweep.h"

enum {
	FIRST_PID = 300, /* after this one come those of a run, always the same */
	ANY = 15,        /* SHM_STAT_ANY, which the C library may not know */
	PLAIN = 20001,
	PLAIN_DATA = 9000,
	BIG = 600001,
	BIG_HOLE = 200000,
	BIG_END = 409600,
	LARGE = 17825793,
	BLOCK = 4194304,
	HUGE = 4194304,
	INPUT = 5000,
	PIPED = 50000,
	MUCH_INPUT = 300000,
	KEY = 0x5432,
	ORPHAN_KEY = 0x99,
	LATER_KEY = 0x777
};

bool has_word(char *const *words, const char *word)
{
	for (; *words; words++) {
		if (strcmp(*words, word) == 0)
			return true;
	}
	return false;
}

static void pattern(char *to, size_t from, size_t end)
{
	for (size_t i = from; i < end; i++)
		to[i] = (char)((uint32_t)(i + 1) * 2654435761U >> 23);
}

/* ---- segments ---- */

static char *attach(int id)
{
	char *at = shmat(id, NULL, 0);

	if ((intptr_t)at == -1)
		broken("shmat");
	return at;
}

static int make_segment(key_t key, size_t size)
{
	int id = shmget(key, size, IPC_CREAT | IPC_EXCL | 0600);

	if (id < 0)
		broken("shmget");
	return id;
}

static void segment(key_t key, size_t size, size_t data, size_t again)
{
	char *at = attach(make_segment(key, size));

	pattern(at, 0, data);
	pattern(at, again, size);
	shmdt(at);
}

/*
 * The kernel frees the pages of earlier runs a while after their namespaces end: no pages now
 * does not mean that there are none.
 */
static void segment_of_huge_pages(void)
{
	int id, tries = 0;
	char *at;

	while ((id = shmget(KEY, HUGE, IPC_CREAT | SHM_HUGETLB | 0600)) < 0 &&
	       errno == ENOMEM && tries++ < 60000)
		usleep(1000);
	if (id < 0)
		broken("huge pages");
	at = attach(id);
	pattern(at, 0, PLAIN_DATA);
	shmdt(at);
}

static void segment_of_words(void)
{
	static const uint32_t values[] = { 1, 7 };
	char *at = attach(make_segment(KEY, 4096));

	memcpy(at, values, sizeof(values));
	memcpy(at + 64, "hello", 5);
	shmdt(at);
}

/* ---- processes ---- */

static void rest(void)
{
	for (;;)
		pause();
}

/* A process that begins, says so by closing a descriptor, and goes on until it is ended. */
static void helper(struct world *world, void (*begin)(void), void (*go_on)(void))
{
	char byte;
	int ready[2];
	pid_t pid;

	if (pipe2(ready, O_CLOEXEC) < 0)
		broken("pipe");
	pid = fork();
	if (pid < 0)
		broken("fork");
	if (pid == 0) {
		close(ready[0]);
		begin();
		close(ready[1]);
		go_on();
	}
	close(ready[1]);
	if (read(ready[0], &byte, 1) != 0)
		broken("helper");
	close(ready[0]);
	world->helpers[world->helper_count++] = pid;
}

static void sleep_on(void)
{
}

static char *held;

static void hold(void)
{
	held = attach(0);
}

/* Numbers from the front to the end: all the same, or one more up to some place. */
static void write_for_ever(void)
{
	volatile uint64_t *at = (volatile uint64_t *)(void *)held;

	for (uint64_t generation = 1;; generation++) {
		for (size_t i = 0; i < BLOCK / sizeof(*at); i++)
			at[i] = generation;
	}
}

static void work_elsewhere(void)
{
	if (unshare(CLONE_NEWIPC) < 0)
		_exit(1);
	segment(KEY, PLAIN, PLAIN_DATA, PLAIN);
	attach(0);
}

/* By a process that has ended when this returns. */
static void orphan(void)
{
	pid_t pid = fork();

	if (pid == 0) {
		make_segment(IPC_PRIVATE, 8192);
		make_segment(ORPHAN_KEY, 4096);
		_exit(0);
	}
	waitpid(pid, NULL, 0);
}

static void give_up_capabilities(void)
{
	struct __user_cap_header_struct header = { _LINUX_CAPABILITY_VERSION_3, 0 };
	struct __user_cap_data_struct none[2] = { 0 };

	for (int i = 0; prctl(PR_CAPBSET_DROP, i, 0, 0, 0) == 0; i++)
		;
	prctl(PR_SET_SECUREBITS, SECURE_ALL_BITS | SECURE_ALL_LOCKS, 0, 0, 0);
	syscall(SYS_capset, &header, none);
}

/* In the child that becomes the program. */
void become_program(const struct world *world)
{
	char path[512];
	char pids[HELPERS][16];
	char *words[WORDS + 1] = { 0 };

	for (int i = 0; world->test->words[i]; i++) {
		char *word = world->test->words[i];

		if (word[0] == '@' && word[1] >= '1' && word[1] < '1' + HELPERS) {
			int nth = word[1] - '1';

			snprintf(pids[nth], sizeof(pids[nth]), "%d",
			         (int)world->helpers[nth]);
			word = pids[nth];
		} else if (strcmp(word, "@command") == 0) {
			word = (char *)world->self;
		}
		words[i] = word;
	}
	snprintf(path, sizeof(path), "%s", world->program);
	if (chdir(world->directory) < 0 || dup2(world->in, 0) < 0 ||
	    dup2(world->out, 1) < 0 || dup2(world->err, 2) < 0)
		_exit(99);
	if (world->weak)
		give_up_capabilities();
	execv(path, words);
	_exit(98);
}

/* ---- files ---- */

static int file_of(const char *bytes, size_t length)
{
	int fd = memfd_create("sweep", MFD_CLOEXEC);

	if (fd < 0)
		broken("memfd_create");
	while (length > 0) {
		ssize_t written = write(fd, bytes, length);

		if (written <= 0)
			broken("write");
		bytes += written;
		length -= (size_t)written;
	}
	lseek(fd, 0, SEEK_SET);
	return fd;
}

static int pipe_of(const char *bytes, size_t length)
{
	int ends[2];

	if (pipe2(ends, O_CLOEXEC) < 0 ||
	    write(ends[1], bytes, length) != (ssize_t)length)
		broken("pipe");
	close(ends[1]);
	return ends[0];
}

/* All segments in an archive; they are removed. */
static int archive(const struct world *world, bool as_pipe)
{
	static char bytes[MUCH_INPUT];
	int file = file_of("", 0);
	pid_t pid = fork();
	ssize_t length;
	int status;

	if (pid == 0) {
		dup2(file, 1);
		execl(world->program, "shmdump", "--all", (char *)NULL);
		_exit(98);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid || status != 0)
		broken("shmdump");
	for (int i = 0; i < 2; i++)
		shmctl(i, IPC_RMID, NULL);
	lseek(file, 0, SEEK_SET);
	if (!as_pipe)
		return file;
	length = read(file, bytes, sizeof(bytes));
	close(file);
	return pipe_of(bytes, length < 0 ? 0 : (size_t)length);
}

static int input(const struct world *world)
{
	char *const *setup = world->test->setup;
	static char bytes[LARGE];
	static const char hex[] = "00 01 02 fe\nff 41 42\n";

	if (!bytes[1])
		pattern(bytes, 0, LARGE);
	if (has_word(setup, "in-file"))
		return file_of(bytes, INPUT);
	if (has_word(setup, "in-pipe"))
		return pipe_of(bytes, PIPED);
	if (has_word(setup, "in-big"))
		return file_of(bytes, MUCH_INPUT);
	if (has_word(setup, "in-large"))
		return file_of(bytes, LARGE);
	if (has_word(setup, "in-archive") || has_word(setup, "in-archive-pipe"))
		return archive(world, has_word(setup, "in-archive-pipe"));
	if (has_word(setup, "in-hex"))
		return file_of(hex, sizeof(hex) - 1);
	if (has_word(setup, "in-zeros")) {
		int fd = file_of(bytes, INPUT);

		if (ftruncate(fd, PLAIN - 1) < 0 || pwrite(fd, "x", 1, PLAIN - 1) != 1)
			broken("ftruncate");
		return fd;
	}
	return open("/dev/null", O_RDONLY | O_CLOEXEC);
}

static void output(struct world *world)
{
	int ends[2];

	world->out_reader = -1;
	if (!has_word(world->test->setup, "out-pipe")) {
		world->out = file_of("", 0);
		return;
	}
	if (pipe2(ends, O_CLOEXEC) < 0)
		broken("pipe");
	fcntl(ends[0], F_SETFL, O_NONBLOCK);
	world->out_reader = ends[0];
	world->out = ends[1];
}

static void empty(const char *directory)
{
	char path[512];
	DIR *open_directory = opendir(directory);
	struct dirent *entry;

	if (!open_directory)
		broken("directory");
	while ((entry = readdir(open_directory))) {
		snprintf(path, sizeof(path), "%s/%s", directory, entry->d_name);
		if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0 &&
		    unlink(path) < 0)
			broken(path);
	}
	closedir(open_directory);
}

/* ---- a case ---- */

static void choose_pids(void)
{
	int fd = open("/proc/sys/kernel/ns_last_pid", O_WRONLY | O_CLOEXEC);
	char text[16];
	int length = snprintf(text, sizeof(text), "%d", FIRST_PID);

	if (fd < 0 || write(fd, text, (size_t)length) != length)
		broken("ns_last_pid");
	close(fd);
}

static void set_up(struct world *world, const char *word)
{
	if (strcmp(word, "plain") == 0)
		segment(KEY, PLAIN, PLAIN_DATA, PLAIN);
	else if (strcmp(word, "big") == 0)
		segment(KEY, BIG, BIG_HOLE, BIG_END);
	else if (strcmp(word, "large") == 0)
		make_segment(KEY, LARGE);
	else if (strcmp(word, "block") == 0)
		make_segment(KEY, BLOCK);
	else if (strcmp(word, "words") == 0)
		segment_of_words();
	else if (strcmp(word, "huge") == 0)
		segment_of_huge_pages();
	else if (strcmp(word, "twin") == 0)
		segment(KEY + 1, 8192, 8192, 8192);
	else if (strcmp(word, "orphan") == 0)
		orphan();
	else if (strcmp(word, "held") == 0)
		helper(world, hold, rest);
	else if (strcmp(word, "writer") == 0)
		helper(world, hold, write_for_ever);
	else if (strcmp(word, "sleeper") == 0)
		helper(world, sleep_on, rest);
	else if (strcmp(word, "elsewhere") == 0)
		helper(world, work_elsewhere, rest);
	else if (strcmp(word, "marked") == 0)
		shmctl(0, IPC_RMID, NULL);
	else if (strcmp(word, "weak") == 0)
		world->weak = true;
	else if (strncmp(word, "on-", 3) == 0)
		world->events[world->event_count++] = word + 3;
	else if (strncmp(word, "in-", 3) != 0 && strncmp(word, "out-", 4) != 0 &&
	         strcmp(word, "-") != 0)
		broken(word);
}

/* In an IPC namespace of its own: its first segment has id 0, the next one 1. */
void world_make(struct world *world)
{
	world->helper_count = 0;
	world->event_count = 0;
	world->events_done = 0;
	world->weak = false;
	if (unshare(CLONE_NEWIPC) < 0)
		broken("unshare");
	choose_pids();
	empty(world->directory);
	for (char *const *word = world->test->setup; *word; word++)
		set_up(world, *word);
	world->in = input(world);
	output(world);
	world->err = file_of("", 0);
}

/* The next thing that happens while the program sleeps. */
void world_event(struct world *world, pid_t program)
{
	const char *event = world->events[world->events_done++];
	uint32_t *at;

	if (strcmp(event, "poke") == 0) {
		at = (uint32_t *)attach(0);
		*at = 4711;
		syscall(SYS_futex, at, FUTEX_WAKE, INT32_MAX, NULL, NULL, 0);
		shmdt(at);
	} else if (strcmp(event, "remove") == 0) {
		shmctl(0, IPC_RMID, NULL);
	} else if (strcmp(event, "create") == 0) {
		make_segment(LATER_KEY, 4096);
	} else if (strcmp(event, "kill") == 0) {
		kill(world->helpers[0], SIGKILL);
		waitpid(world->helpers[0], NULL, 0);
		world->helpers[0] = 0;
	} else if (strcmp(event, "term") == 0) {
		kill(program, SIGTERM);
	} else {
		broken(event);
	}
}

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

void world_end(struct world *world)
{
	for (int i = 0; i < world->helper_count; i++) {
		if (world->helpers[i] > 0) {
			kill(world->helpers[i], SIGKILL);
			waitpid(world->helpers[i], NULL, 0);
		}
	}
	close(world->in);
	if (world->out_reader >= 0)
		close(world->out_reader);
	close(world->err);
}
