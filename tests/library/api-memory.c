/* SPDX-License-Identifier: MIT */
/*
 * api-memory.c - every function of libshmbox that takes memory, while there is none
 *
 * usage: api-memory [borrow] [freeze], those that not everybody may do. It is linked with
 * --wrap for the functions below, so that the library's calls come here. Each function is
 * called again and again: the first call gets no memory, then the second, and so on, until
 * there is none left to refuse; first the calls after it get some, then they do not.
 */

#undef NDEBUG
#define _GNU_SOURCE
#include <assert.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <shmbox/shmbox.h>

enum { SIZE = 300000, MANY = 70, PIECE = 4096 };

/* ---- the memory ---- */

static int calls;   /* so far, in this trial */
static int fails;   /* the call that gets nothing, from 1 on; 0: none */
static bool onward; /* and so do those after it */
static bool failed;
static int blocks; /* that were given and not given back */

static bool refused(void)
{
	calls++;
	if (!fails || (onward ? calls < fails : calls != fails))
		return false;
	failed = true;
	errno = ENOMEM;
	return true;
}

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *block, size_t size);
void __real_free(void *block);
FILE *__real_fopencookie(void *cookie, const char *mode, cookie_io_functions_t functions);
DIR *__real_opendir(const char *name);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *block, size_t size);
void __wrap_free(void *block);
FILE *__wrap_fopencookie(void *cookie, const char *mode, cookie_io_functions_t functions);
DIR *__wrap_opendir(const char *name);

void *__wrap_malloc(size_t size)
{
	void *block = refused() ? NULL : __real_malloc(size);

	blocks += block != NULL;
	return block;
}

void *__wrap_calloc(size_t count, size_t size)
{
	void *block = refused() ? NULL : __real_calloc(count, size);

	blocks += block != NULL;
	return block;
}

void *__wrap_realloc(void *block, size_t size)
{
	void *moved = refused() ? NULL : __real_realloc(block, size);

	blocks += moved && !block;
	return moved;
}

void __wrap_free(void *block)
{
	blocks -= block != NULL;
	__real_free(block);
}

DIR *__wrap_opendir(const char *name)
{
	return refused() ? NULL : __real_opendir(name);
}

/* Its memory is the C library's, and fclose(3) gives it back. */
FILE *__wrap_fopencookie(void *cookie, const char *mode, cookie_io_functions_t functions)
{
	return refused() ? NULL : __real_fopencookie(cookie, mode, functions);
}

/* ---- what is called ---- */

static int id;         /* a segment with data in it, .. */
static pid_t holder;   /* .. which a child has attached .. */
static pid_t attacher; /* .. and another one, many times */
static struct shmbox_map map;

static int lists(void)
{
	struct shmbox_info *infos;
	int count = shmbox_list(&infos);

	assert(count < 0 ? !infos : infos != NULL);
	free(infos);
	return count == MANY ? 0 : count;
}

static int lists_counted(void)
{
	struct shmbox_info *infos;
	int count = shmbox_list_counted(&infos);

	assert(count < 0 ? !infos : infos != NULL);
	free(infos);
	return count == MANY ? 0 : count;
}

static int finds_holders(void)
{
	struct shmbox_holder *holders;
	int count = shmbox_holders(id, &holders);

	assert(count < 0 ? !holders : holders != NULL);
	free(holders);
	return count == MANY + 2 ? 0 : count;
}

static int finds_all_holders(void)
{
	struct shmbox_holder *holders;
	int count = shmbox_holders(SHMBOX_ALL, &holders);

	assert(count < 0 ? !holders : holders != NULL);
	free(holders);
	return count == MANY + 2 ? 0 : count;
}

static int finds_what_is_held(void)
{
	struct shmbox_holder *holders;
	int count = shmbox_held_by(attacher, &holders);

	assert(count < 0 ? !holders : holders != NULL);
	free(holders);
	return count == MANY ? 0 : count;
}

static int finds_namespaces(void)
{
	struct shmbox_namespace *all;
	int hidden;
	int count = shmbox_namespaces(&all, &hidden);

	assert(count < 0 ? !all : all != NULL);
	free(all);
	return count > 0 ? 0 : count;
}

static int knows_limits(void)
{
	struct shmbox_limits limits;
	int rc = shmbox_get_limits(&limits);

	assert(rc < 0 || limits.segments == MANY);
	return rc;
}

static int streams(void)
{
	FILE *stream = shmbox_fopen(id, "r+");

	if (!stream)
		return -errno;
	assert(fgetc(stream) == 'x');
	assert(fclose(stream) == 0);
	return 0;
}

static int take(void *data, const void *bytes, uint64_t length)
{
	(void)bytes;
	*(uint64_t *)data += length;
	return 0;
}

static int walks(void)
{
	struct shmbox_job job = { .length = SIZE };
	uint64_t sum = 0;
	int rc = shmbox_walk(&map, &job, take, &sum);

	assert(rc < 0 ? job.done == 0 && sum == 0 : sum == SIZE);
	return rc;
}

static int digests(void)
{
	uint64_t digest = 42;
	int rc = shmbox_digest(&map, 0, SIZE, &digest);

	assert((rc < 0) == (digest == 42));
	return rc;
}

static int copies(void)
{
	struct shmbox_map copy;
	struct shmbox_job job = { .length = SIZE };
	int rc = shmbox_blank(&map, &copy);

	if (rc < 0)
		return rc;
	job.fd = copy.copy;
	rc = shmbox_copy(&map, &job);
	if (rc == 0)
		rc = shmbox_compare(&map, &job);
	shmbox_detach(&copy);
	return rc;
}

static char archive[1 << 20];
static size_t archive_length;
static size_t archive_place;

static int put(void *context, const void *bytes, size_t length)
{
	assert(!context && archive_length + length <= sizeof(archive));
	memcpy(archive + archive_length, bytes, length);
	archive_length += length;
	return 0;
}

static int64_t get(void *context, void *bytes, size_t length)
{
	assert(!context);
	if (length > archive_length - archive_place)
		length = archive_length - archive_place;
	memcpy(bytes, archive + archive_place, length);
	archive_place += length;
	return (int64_t)length;
}

static int dumps(void)
{
	struct shmbox_dump dump = { .put = put };
	struct shmbox_info info;
	struct shmbox_member member;
	int rc = shmbox_dump_begin(&dump);

	archive_length = 0;
	assert(shmbox_stat(id, &info) == 0);
	shmbox_dump_describe(&info, &member);
	if (rc == 0)
		rc = shmbox_dump_segment(&dump, &member, &map, NULL);
	if (rc == 0)
		rc = shmbox_dump_finish(&dump);
	shmbox_dump_end(&dump);
	return rc;
}

/* What dumps() has written. */
static int restores(void)
{
	struct shmbox_restore restore = { .get = get };
	struct shmbox_member member;
	int rc = shmbox_restore_begin(&restore);

	archive_place = 0;
	while (rc == 0 && (rc = shmbox_restore_next(&restore, &member)) == 1)
		rc = shmbox_restore_data(&restore, NULL, NULL);
	shmbox_restore_end(&restore);
	return rc;
}

/* From a pipe, in which as many bytes are as are asked for. */
static int receive(unsigned flags)
{
	struct shmbox_job job = { .length = PIECE, .flags = flags };
	char bytes[PIECE] = "x";
	int ends[2];
	int rc;

	assert(pipe(ends) == 0 && write(ends[1], bytes, PIECE) == PIECE);
	close(ends[1]);
	job.fd = ends[0];
	rc = shmbox_receive(&map, &job);
	assert(rc < 0 ? job.done == 0 : job.done == PIECE);
	close(ends[0]);
	return rc;
}

static int receives(void)
{
	return receive(0);
}

static int receives_sparsely(void)
{
	return receive(SHMBOX_SPARSE);
}

static int receives_much(void)
{
	struct shmbox_job job = { .length = SIZE };
	int rc;

	job.fd = open("/dev/zero", O_RDONLY | O_CLOEXEC);
	assert(job.fd > 0);
	rc = shmbox_receive(&map, &job);
	assert(rc < 0 ? job.done == 0 : job.done == SIZE);
	close(job.fd);
	assert(shmbox_write(&map, 0, "x", 1) == 1);
	return rc;
}

static int sends(void)
{
	struct shmbox_job job = { .length = SIZE };
	int rc;

	job.fd = open("/dev/null", O_WRONLY | O_CLOEXEC);
	assert(job.fd > 0);
	rc = shmbox_send(&map, &job);
	close(job.fd);
	return rc;
}

static int reads_and_wipes(void)
{
	struct shmbox_job job = { .offset = PIECE, .length = SIZE - PIECE };
	char bytes[PIECE];
	int64_t got = shmbox_read(&map, 0, bytes, PIECE);

	return got < 0 ? (int)got : shmbox_wipe(&map, &job);
}

static int borrows(void)
{
	struct shmbox_map borrowed;
	struct shmbox_job job = { .length = SIZE };
	uint64_t sum = 0;
	int rc = shmbox_borrow(id, &borrowed);

	if (rc < 0)
		return rc;
	rc = shmbox_walk(&borrowed, &job, take, &sum);
	shmbox_detach(&borrowed);
	return rc;
}

static bool is_stopped(pid_t pid)
{
	char path[32];
	char text[64] = "";
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	assert(fd >= 0 && read(fd, text, sizeof(text) - 1) > 0);
	close(fd);
	return strstr(text, ") t ") != NULL;
}

/* None stays stopped; a thread goes on a moment after it was let go. */
static int freezes(void)
{
	int rc = shmbox_freeze(&map);

	assert(rc < 0 || (is_stopped(holder) && is_stopped(attacher)));
	shmbox_thaw(&map);
	while (is_stopped(holder) || is_stopped(attacher))
		usleep(1000);
	return rc;
}

/* ---- one after the other ---- */

static const struct {
	const char *name;
	int (*run)(void);
	bool asked; /* only if its name is given */
} trials[] = {
	{ "list", lists, false },
	{ "list_counted", lists_counted, false },
	{ "holders", finds_holders, false },
	{ "all_holders", finds_all_holders, false },
	{ "held_by", finds_what_is_held, false },
	{ "namespaces", finds_namespaces, false },
	{ "limits", knows_limits, false },
	{ "fopen", streams, false },
	{ "walk", walks, false },
	{ "digest", digests, false },
	{ "copy", copies, false },
	{ "dump", dumps, false },
	{ "restore", restores, false },
	{ "receive", receives, false },
	{ "receive_sparsely", receives_sparsely, false },
	{ "receive_much", receives_much, false },
	{ "send", sends, false },
	{ "read", reads_and_wipes, false },
	{ "borrow", borrows, true },
	{ "freeze", freezes, true },
};

static int open_files(void)
{
	int count = 0;

	for (int fd = 0; fd < 256; fd++)
		count += fcntl(fd, F_GETFD) >= 0;
	return count;
}

static int attaches(void)
{
	struct shmbox_info info;

	assert(shmbox_stat(id, &info) == 0);
	return (int)info.attached;
}

/* Until no call is refused any more. Returns how many calls it makes. */
static int try_it(int (*run)(void), const char *name)
{
	int files = open_files();

	for (fails = 1;; fails++) {
		int rc;

		calls = 0;
		failed = false;
		rc = run();
		if (rc != 0 && !(failed && rc == -ENOMEM)) {
			fprintf(stderr, "%s: %d at call %d\n", name, rc, fails);
			abort();
		}
		/* where there is another way, one refusal need not be the end; many are */
		assert(!failed || !onward || rc == -ENOMEM);
		assert(blocks == 0 && open_files() == files && attaches() == MANY + 2);
		if (!failed)
			break;
	}
	fails = 0;
	return calls;
}

/* A child that has the segment attached this many times. */
static pid_t attach_often(int times)
{
	struct shmbox_map maps[MANY];
	int ends[2];
	pid_t child;
	char byte;

	assert(times <= MANY && pipe(ends) == 0);
	child = fork();
	assert(child >= 0);
	if (child == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		for (int i = 0; i < times; i++)
			assert(shmbox_attach(id, 0, &maps[i]) == 0);
		assert(write(ends[1], "", 1) == 1);
		for (;;)
			pause();
	}
	assert(read(ends[0], &byte, 1) == 1);
	close(ends[0]);
	close(ends[1]);
	return child;
}

int main(int argc, char **argv)
{
	const struct shmbox_spec spec = { .size = SIZE, .mode = 0600 };
	struct shmbox_info *infos;
	int ids[MANY];

	for (int i = 0; i < MANY; i++) {
		ids[i] = shmbox_create(&spec);
		assert(ids[i] >= 0);
	}
	id = ids[0];
	holder = attach_often(1);
	attacher = attach_often(MANY);
	assert(shmbox_attach(id, 0, &map) == 0);
	assert(shmbox_write(&map, 0, "x", 1) == 1);
	for (size_t i = 0; i < sizeof(trials) / sizeof(*trials); i++) {
		bool wanted = !trials[i].asked;
		int count;

		for (int k = 1; k < argc; k++)
			wanted |= strcmp(argv[k], trials[i].name) == 0;
		if (!wanted)
			continue;
		onward = false;
		count = try_it(trials[i].run, trials[i].name);
		onward = true;
		try_it(trials[i].run, trials[i].name);
		printf("%s %d\n", trials[i].name, count);
	}
	kill(holder, SIGKILL);
	kill(attacher, SIGKILL);
	while (wait(NULL) > 0)
		;
	shmbox_detach(&map);
	for (int i = 0; i < MANY; i++)
		assert(shmbox_remove(ids[i]) == 0);
	assert(shmbox_list(&infos) == 0 && !infos);
	return 0;
}
