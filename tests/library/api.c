/*
 * api.c - a user of libshmbox, who knows <shmbox/shmbox.h> and nothing else of it
 *
 * usage: api TEST [PID]; without TEST it prints their names. api.bats builds it against
 * the installed library, static and shared, and sets the limits that a test wants to meet.
 */

#undef NDEBUG
#include <assert.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <shmbox/shmbox.h>

enum { SIZE = 5000, NO_ID = 2147483646, NOBODY = 65534, THREADS = 4, ROUNDS = 200 };

static const key_t key = 0x61706900;

static int make(uint64_t size)
{
	const struct shmbox_spec spec = { .size = size, .mode = 0600 };
	int id = shmbox_create(&spec);

	assert(id >= 0);
	return id;
}

static struct shmbox_map attach(int id)
{
	struct shmbox_map map;
	int rc = shmbox_attach(id, 0, &map);

	assert(rc == 0);
	return map;
}

static struct shmbox_info look(int id)
{
	struct shmbox_info info;
	int rc = shmbox_stat(id, &info);

	assert(rc == 0);
	assert(info.id == id);
	return info;
}

static void destroy(int id)
{
	int rc = shmbox_remove(id);

	assert(rc == 0);
}

static bool little(void)
{
	const uint16_t one = 1;
	unsigned char first;

	memcpy(&first, &one, 1);
	return first;
}

static struct shmbox_cause why(enum shmbox_op op, int rc, const struct shmbox_spec *spec)
{
	struct shmbox_cause cause;
	int explained = shmbox_explain(op, rc, spec, &cause);

	assert(explained == 0);
	return cause;
}

/* README: begin */
static int greet(void)
{
	struct shmbox_spec spec = { .size = 4096, .mode = 0600 };
	int id = shmbox_create(&spec);
	FILE *stream = id < 0 ? NULL : shmbox_fopen(id, "r+");

	if (!stream)
		errx(1, "%s", shmbox_strerror(SHMBOX_CREATE, id < 0 ? id : -errno));
	fprintf(stream, "hello from segment %d\n", id);
	return fclose(stream) == 0 ? id : -errno;
}
/* README: end */

static void greets(void)
{
	char text[64] = "";
	char wanted[64];
	int id = greet();
	struct shmbox_map map;

	assert(id >= 0);
	map = attach(id);
	shmbox_read(&map, 0, text, sizeof(text) - 1);
	snprintf(wanted, sizeof(wanted), "hello from segment %d\n", id);
	assert(strcmp(text, wanted) == 0);
	shmbox_detach(&map);
	destroy(id);
}

/* ---- create, open, destroy ---- */

static void creates(void)
{
	const struct shmbox_spec spec = { .key = key, .size = SIZE, .mode = 0640 };
	const struct shmbox_spec new_key = { .new_key = true, .size = 1, .mode = 0600 };
	struct shmbox_info info;
	int id = shmbox_create(&spec);
	int other;

	assert(id >= 0);
	info = look(id);
	assert(info.key == key && info.size == SIZE && info.mode == 0640);
	assert(!info.removed && !info.locked && info.attached == 0);
	assert(info.creator_pid == getpid() && info.last_pid == 0);
	assert(info.owner_uid == getuid() && info.creator_uid == getuid());
	assert(info.owner_gid == getgid() && info.creator_gid == getgid());
	assert(info.attach_time == 0 && info.detach_time == 0 && info.change_time > 0);
	assert(info.resident == SHMBOX_UNKNOWN && info.swapped == SHMBOX_UNKNOWN);

	other = shmbox_create(&spec);
	assert(other == -EEXIST);
	assert(why(SHMBOX_CREATE, other, &spec).kind == SHMBOX_CAUSE_KEY_TAKEN);
	assert(why(SHMBOX_CREATE, other, &spec).id == id);
	destroy(id);

	other = shmbox_create(&new_key);
	assert(other >= 0);
	assert(look(other).key != IPC_PRIVATE);
	destroy(other);
}

static void opens(void)
{
	const struct shmbox_ref by_key = { .by_key = true, .key = key };
	const struct shmbox_ref by_id = { .id = 42 };
	struct shmbox_spec spec = { .key = key, .size = SIZE, .mode = 0600 };
	struct shmbox_cause cause;
	bool created = false;
	int id = shmbox_obtain(&spec, &created);
	int rc;

	assert(id >= 0 && created);
	assert(shmbox_lookup(by_key) == id);
	assert(shmbox_lookup(by_id) == 42);
	spec.size = SIZE - 1;
	spec.mode = 0666;
	rc = shmbox_obtain(&spec, &created);
	assert(rc == id && !created);
	assert(look(id).size == SIZE && look(id).mode == 0600);
	spec.size = SIZE + 1;
	rc = shmbox_obtain(&spec, &created);
	assert(rc == -EEXIST);
	cause = why(SHMBOX_OBTAIN, rc, &spec);
	assert(cause.kind == SHMBOX_CAUSE_SMALLER && cause.id == id &&
	       cause.limit == SIZE);
	destroy(id);
}

static void destroys(void)
{
	int id = make(SIZE);
	struct shmbox_map map = attach(id);
	int rc = shmbox_remove(id);
	struct shmbox_info info = look(id);
	char byte = 'x';

	assert(rc == 1);
	assert(info.removed && info.key == IPC_PRIVATE);
	assert(shmbox_write(&map, 0, &byte, 1) == 1);
	assert(shmbox_is_gone(&info) == 0);
	shmbox_detach(&map);
	assert(shmbox_is_gone(&info) == 1);
	rc = shmbox_remove(id);
	assert(rc == -ENOENT);
}

/* ---- bytes ---- */

static void attaches(void)
{
	int id = make(SIZE);
	struct shmbox_map map = attach(id);
	struct shmbox_map reader;
	int rc = shmbox_attach(id, SHMBOX_READ_ONLY, &reader);

	assert(rc == 0);
	assert(map.id == id && map.writable && map.size == SIZE);
	assert(reader.id == id && !reader.writable && reader.size == SIZE);
	assert(look(id).attached == 2 && look(id).last_pid == getpid());
	((char *)map.address)[SIZE - 1] = 'z';
	assert(((const char *)reader.address)[SIZE - 1] == 'z');
	assert(shmbox_write(&reader, 0, "x", 1) == -EACCES);
	rc = shmbox_detach(&reader);
	assert(rc == 0);
	rc = shmbox_detach(&map);
	assert(rc == 0);
	assert(look(id).attached == 0);
	destroy(id);
}

static void reads_and_writes_at_offsets(void)
{
	int id = make(SIZE);
	struct shmbox_map map = attach(id);
	char bytes[32] = "";

	assert(shmbox_write(&map, SIZE - 10, "0123456789", 10) == 10);
	assert(shmbox_read(&map, SIZE - 10, bytes, 4) == 4);
	assert(memcmp(bytes, "0123", 5) == 0);
	assert(shmbox_read(&map, SIZE - 3, bytes, sizeof(bytes)) == 3);
	assert(memcmp(bytes, "789", 3) == 0);
	assert(shmbox_read(&map, SIZE, bytes, 1) == 0);
	assert(shmbox_read(&map, UINT64_MAX, bytes, 1) == 0);
	assert(shmbox_read(&map, 0, bytes, 0) == 0);
	/* all or nothing */
	assert(shmbox_write(&map, SIZE - 3, "abcd", 4) == -ERANGE);
	assert(shmbox_write(&map, SIZE, "a", 1) == -ERANGE);
	assert(shmbox_write(&map, UINT64_MAX, "ab", 2) == -ERANGE);
	assert(shmbox_write(&map, SIZE, "", 0) == 0);
	assert(shmbox_read(&map, SIZE - 3, bytes, 3) == 3);
	assert(memcmp(bytes, "789", 3) == 0);
	shmbox_detach(&map);
	destroy(id);
}

static void streams(void)
{
	int id = make(SIZE);
	FILE *stream = shmbox_fopen(id, "r+");
	char text[16] = "";

	assert(stream);
	assert(fwrite("0123456789", 1, 10, stream) == 10);
	assert(ftello(stream) == 10);
	rewind(stream);
	assert(ftello(stream) == 0);
	assert(fread(text, 1, 4, stream) == 4 && memcmp(text, "0123", 4) == 0);
	assert(fseeko(stream, 2, SEEK_CUR) == 0 && ftello(stream) == 6);
	assert(fgetc(stream) == '6');
	assert(fseeko(stream, -1, SEEK_END) == 0 && ftello(stream) == SIZE - 1);
	assert(fputc('!', stream) == '!' && fflush(stream) == 0);
	assert(fseeko(stream, -1, SEEK_END) == 0);
	assert(fgetc(stream) == '!');
	assert(fgetc(stream) == EOF);
	assert(feof(stream) && !ferror(stream));
	assert(fseeko(stream, -1, SEEK_SET) < 0);
	assert(look(id).attached == 1);
	assert(fclose(stream) == 0);
	assert(look(id).attached == 0);
	destroy(id);
}

/* Wherever the C library notices: at the last of the three calls at the latest. */
static bool stream_takes(int id, off_t offset, size_t length)
{
	FILE *stream = shmbox_fopen(id, "w");
	char *bytes = calloc(1, length);
	bool taken;

	assert(stream && bytes);
	assert(fseeko(stream, offset, SEEK_SET) == 0);
	errno = 0;
	taken = fwrite(bytes, 1, length, stream) == length && fflush(stream) == 0;
	assert(taken == !ferror(stream));
	assert(taken || errno == ENOSPC);
	fclose(stream);
	free(bytes);
	return taken;
}

static void streams_end_where_the_segment_ends(void)
{
	int id = make(SIZE);
	struct shmbox_map map = attach(id);
	char last = 0;

	assert(shmbox_write(&map, SIZE - 1, "x", 1) == 1);
	assert(stream_takes(id, 0, SIZE));
	assert(shmbox_read(&map, SIZE - 1, &last, 1) == 1 && last == 0);
	assert(!stream_takes(id, 0, SIZE + 1));
	assert(!stream_takes(id, 0, (size_t)100 * SIZE));
	assert(!stream_takes(id, SIZE, 1));
	assert(!stream_takes(id, SIZE - 1, 2));
	shmbox_detach(&map);
	destroy(id);
}

static void streams_have_modes(void)
{
	int id = make(SIZE);
	FILE *stream = shmbox_fopen(id, "r");

	assert(stream);
	errno = 0;
	assert(fputc('x', stream) == EOF || fflush(stream) == EOF);
	fclose(stream);
	/* nothing is cut off */
	stream = shmbox_fopen(id, "r+");
	assert(stream && fputs("kept", stream) >= 0 && fclose(stream) == 0);
	stream = shmbox_fopen(id, "w");
	assert(stream && fclose(stream) == 0);
	stream = shmbox_fopen(id, "r");
	assert(stream && fgetc(stream) == 'k' && fclose(stream) == 0);
	errno = 0;
	assert(!shmbox_fopen(id, "x") && errno == EINVAL);
	errno = 0;
	assert(!shmbox_fopen(NO_ID, "r") && errno == ENOENT);
	destroy(id);
}

/* What shmbox-from-shmtool(7) says of the same steps. */
static void does_what_shmtool_did(void)
{
	/* OpenSegment(16, IpcNone, 0600), twice */
	int id = make(16);
	int other = make(16);
	FILE *stream = shmbox_fopen(id, "r+");
	char bytes[16] = "";

	assert(stream && other != id);
	assert(fwrite("0123456789abcdef", 1, 16, stream) == 16 && fflush(stream) == 0);
	/* Reset(), Position() */
	rewind(stream);
	assert(ftello(stream) == 0);
	/* Seek(8, 0), Seek(4, 1), Seek(8, 2) */
	assert(fseeko(stream, 8, SEEK_SET) == 0 && ftello(stream) == 8);
	assert(fseeko(stream, 4, SEEK_CUR) == 0 && ftello(stream) == 12);
	assert(fseeko(stream, -8, SEEK_END) == 0 && ftello(stream) == 8);
	assert(fread(bytes, 1, 16, stream) == 8 && memcmp(bytes, "89abcdef", 8) == 0);
	/* past the end */
	rewind(stream);
	assert(fseeko(stream, 4, SEEK_SET) == 0);
	errno = 0;
	assert(fseeko(stream, 8, SEEK_END) < 0 && errno == EINVAL);
	errno = 0;
	assert(fseeko(stream, 17, SEEK_SET) < 0 && errno == EINVAL);
	assert(fseeko(stream, 4, SEEK_SET) == 0 && fgetc(stream) == '4');
	assert(fclose(stream) == 0);
	destroy(id);
	destroy(other);
}

/* For id 0, which is that of the first segment in a new namespace. */
static void reads_segment_0(void)
{
	int id = make(16);
	struct shmbox_map map;
	FILE *stream;

	assert(id == 0);
	map = attach(id);
	assert(shmbox_write(&map, 0, "x", 1) == 1);
	shmbox_detach(&map);
	stream = shmbox_fopen(id, "r");
	assert(stream && fgetc(stream) == 'x' && fclose(stream) == 0);
	destroy(id);
}

static int temporary(void)
{
	FILE *file = tmpfile();
	int fd = file ? dup(fileno(file)) : -1;

	assert(fd >= 0);
	fclose(file);
	return fd;
}

static void moves_bytes_through_descriptors(void)
{
	int id = make(SIZE);
	struct shmbox_map map = attach(id);
	int file = temporary();
	int full = open("/dev/full", O_WRONLY | O_CLOEXEC);
	char text[8] = "";
	struct shmbox_job out = { .offset = 100, .length = 6, .fd = file };
	struct shmbox_job in = { .offset = SIZE - 10, .length = 10, .fd = file };

	assert(shmbox_write(&map, 100, "abcdef", 6) == 6);
	assert(shmbox_send(&map, &out) == 0 && out.done == 6);
	assert(pread(file, text, 6, 0) == 6 && memcmp(text, "abcdef", 6) == 0);
	/* the input ends first */
	lseek(file, 0, SEEK_SET);
	assert(shmbox_receive(&map, &in) == 0 && in.done == 6);
	assert(shmbox_read(&map, SIZE - 10, text, 6) == 6 &&
	       memcmp(text, "abcdef", 6) == 0);
	/* the segment ends first */
	in.length = 11;
	assert(shmbox_receive(&map, &in) == -ERANGE && in.done == 0);
	out = (struct shmbox_job){ .offset = SIZE, .length = 1, .fd = file };
	assert(shmbox_send(&map, &out) == -ERANGE && out.done == 0);
	out = (struct shmbox_job){ .offset = UINT64_MAX, .length = 2, .fd = file };
	assert(shmbox_send(&map, &out) == -ERANGE && out.done == 0);
	out = (struct shmbox_job){ .length = 1, .fd = full };
	assert(shmbox_send(&map, &out) == -ENOSPC && out.done == 0);
	/* what was not set is not standard input */
	out = (struct shmbox_job){ .length = 1 };
	assert(shmbox_send(&map, &out) == -EBADF && out.done == 0);
	assert(shmbox_receive(&map, &out) == -EBADF && out.done == 0);
	assert(shmbox_copy(&map, &out) == -EBADF && out.done == 0);
	assert(shmbox_compare(&map, &out) == -EBADF && out.done == 0);
	lseek(file, 0, SEEK_SET);
	assert(dup2(file, STDIN_FILENO) == STDIN_FILENO);
	in = (struct shmbox_job){ .length = 6, .flags = SHMBOX_STDIN };
	assert(shmbox_receive(&map, &in) == 0 && in.done == 6);
	out = (struct shmbox_job){ .length = 1, .fd = -1 };
	assert(shmbox_send(&map, &out) == -EBADF && out.done == 0);
	close(full);
	close(file);
	shmbox_detach(&map);
	destroy(id);
}

static void populates(void)
{
	uint64_t page = (uint64_t)sysconf(_SC_PAGESIZE);
	int id = make(10 * page);
	struct shmbox_map map = attach(id);
	struct shmbox_job job = { 0 };
	struct shmbox_info info = look(id);

	assert(shmbox_memory(&info, 1) == 0 && info.resident == 0 && info.swapped == 0);
	job.offset = page;
	job.length = 2 * page;
	assert(shmbox_populate(&map, &job) == 0 && job.done == 2 * page);
	assert(shmbox_memory(&info, 1) == 0 && info.resident == (int64_t)(2 * page));
	job = (struct shmbox_job){ .length = map.size };
	assert(shmbox_populate(&map, &job) == 0 && job.done == map.size);
	assert(shmbox_memory(&info, 1) == 0 && info.resident == (int64_t)map.size);
	job.length++;
	assert(shmbox_populate(&map, &job) == -ERANGE && job.done == 0);
	shmbox_detach(&map);
	destroy(id);
}

/* ---- much of its bytes ---- */

enum { MUCH = 5242883 };

/* What place holds: no two pages alike. */
static char pattern(uint64_t place)
{
	return (char)(place * 31 + place / 4096 * 7 + 1);
}

static void fill(const struct shmbox_map *map, uint64_t offset, uint64_t length)
{
	char *bytes = malloc(length);

	assert(bytes);
	for (uint64_t i = 0; i < length; i++)
		bytes[i] = pattern(offset + i);
	assert(shmbox_write(map, offset, bytes, length) == (int64_t)length);
	free(bytes);
}

static bool is_pattern(const char *bytes, uint64_t offset, uint64_t length)
{
	for (uint64_t i = 0; i < length; i++) {
		if (bytes[i] != pattern(offset + i))
			return false;
	}
	return true;
}

static bool is_zero(const char *bytes, uint64_t length)
{
	for (uint64_t i = 0; i < length; i++) {
		if (bytes[i])
			return false;
	}
	return true;
}

static char *content(const struct shmbox_map *map)
{
	char *bytes = malloc(map->size);

	assert(bytes);
	assert(shmbox_read(map, 0, bytes, map->size) == (int64_t)map->size);
	return bytes;
}

static int64_t resident(int id)
{
	struct shmbox_info info = look(id);

	assert(shmbox_memory(&info, 1) == 0 && info.resident >= 0);
	return info.resident;
}

/* Counts calls, and sees that done never goes back. */
struct watch {
	const struct shmbox_job *job;
	uint64_t last;
	int calls;
};

static int look_on(void *context)
{
	struct watch *watch = context;

	assert(watch->job->done >= watch->last && watch->job->done <= watch->job->length);
	watch->last = watch->job->done;
	watch->calls++;
	return 0;
}

static void moves_much_and_is_watched(void)
{
	int id = make(MUCH);
	struct shmbox_map map = attach(id);
	struct watch watch = { 0 };
	int file = temporary();
	struct shmbox_job job = { .length = MUCH, .fd = file, .progress = look_on };
	char *bytes = malloc(MUCH);

	assert(bytes);
	fill(&map, 0, MUCH);
	watch.job = &job;
	job.context = &watch;
	assert(shmbox_send(&map, &job) == 0 && job.done == MUCH && job.how);
	assert(watch.calls > 0 && watch.last == MUCH);
	assert(pread(file, bytes, MUCH, 0) == MUCH && is_pattern(bytes, 0, MUCH));
	assert(lseek(file, 0, SEEK_CUR) == MUCH);
	free(bytes);
	shmbox_detach(&map);
	destroy(id);

	id = make(MUCH);
	map = attach(id);
	watch = (struct watch){ .job = &job };
	assert(lseek(file, 0, SEEK_SET) == 0);
	assert(shmbox_receive(&map, &job) == 0 && job.done == MUCH && job.how);
	assert(watch.calls > 0 && watch.last == MUCH);
	bytes = content(&map);
	assert(is_pattern(bytes, 0, MUCH));
	free(bytes);
	/* the input has ended */
	assert(shmbox_receive(&map, &job) == 0 && job.done == 0 && job.how == 0);
	close(file);
	shmbox_detach(&map);
	destroy(id);
}

struct reader {
	int fd;
	char *bytes;
	size_t length;
};

static void *read_all(void *context)
{
	struct reader *reader = context;
	ssize_t got;

	while ((got = read(reader->fd, reader->bytes + reader->length,
	                   MUCH + 1 - reader->length)) > 0)
		reader->length += (size_t)got;
	assert(got == 0);
	return NULL;
}

static void sends_to_pipes_that_do_not_block(void)
{
	int id = make(MUCH);
	struct shmbox_map map = attach(id);
	struct reader reader = { .bytes = malloc(MUCH + 1) };
	struct shmbox_job job = { .offset = 1, .length = MUCH - 1 };
	pthread_t thread;
	int ends[2];

	assert(reader.bytes);
	fill(&map, 0, MUCH);
	assert(pipe(ends) == 0 && fcntl(ends[1], F_SETFL, O_NONBLOCK) == 0);
	reader.fd = ends[0];
	job.fd = ends[1];
	assert(pthread_create(&thread, NULL, read_all, &reader) == 0);
	assert(shmbox_send(&map, &job) == 0 && job.done == MUCH - 1);
	close(ends[1]);
	assert(pthread_join(thread, NULL) == 0);
	assert(reader.length == MUCH - 1 && is_pattern(reader.bytes, 1, MUCH - 1));
	free(reader.bytes);
	/* nobody reads any more */
	assert(pipe(ends) == 0);
	close(ends[0]);
	signal(SIGPIPE, SIG_IGN);
	job.fd = ends[1];
	assert(shmbox_send(&map, &job) == -EPIPE && job.done == 0);
	close(ends[1]);
	close(reader.fd);
	shmbox_detach(&map);
	destroy(id);
}

/* What a walk met, piece by piece. */
struct steps {
	uint64_t place;
	uint64_t last;  /* the length of the last piece */
	uint64_t holes; /* bytes in them */
	int calls;
	int stop_at; /* the call that ends it with 42, or 0 */
};

static int step(void *data, const void *bytes, uint64_t length)
{
	struct steps *steps = data;

	assert(length > 0);
	if (!bytes)
		steps->holes += length;
	else if (!is_zero(bytes, length))
		assert(is_pattern(bytes, steps->place, length));
	steps->place += length;
	steps->last = length;
	return ++steps->calls == steps->stop_at ? 42 : 0;
}

/* Ends a job at a call of progress(). */
struct ending {
	int at;
	int calls;
};

static int end_it(void *context)
{
	struct ending *ending = context;

	return ++ending->calls == ending->at ? 42 : 0;
}

/* For a signal that interrupts what blocks, again and again. */
static void hear_it(int number)
{
	(void)number;
}

static void be_interrupted(bool on)
{
	const struct sigaction action = { .sa_handler = hear_it };
	const struct itimerval often = { { 0, 10000 }, { 0, 10000 } };
	const struct itimerval never = { 0 };

	assert(sigaction(SIGALRM, &action, NULL) == 0);
	assert(setitimer(ITIMER_REAL, on ? &often : &never, NULL) == 0);
}

static bool open_pipe(int ends[2], int flags)
{
	return pipe(ends) == 0 && fcntl(ends[0], F_SETFL, flags) == 0 &&
	       fcntl(ends[1], F_SETFL, flags) == 0;
}

/* Nobody reads from the pipe, and nobody writes into it. */
static void a_stalled_peer_is_left(const struct shmbox_map *map, int flags)
{
	struct ending ending = { .at = 10 };
	struct shmbox_job job = { .length = MUCH,
		                  .progress = end_it,
		                  .context = &ending };
	int ends[2];

	assert(open_pipe(ends, flags));
	job.fd = ends[1];
	assert(shmbox_send(map, &job) == 42 && job.done > 0 && job.done < MUCH);
	close(ends[0]);
	close(ends[1]);

	assert(open_pipe(ends, flags));
	ending = (struct ending){ .at = 2 };
	job.fd = ends[0];
	assert(shmbox_receive(map, &job) == 42 && job.done == 0);
	close(ends[0]);
	close(ends[1]);
}

static void ends_jobs(void)
{
	int id = make(MUCH);
	struct shmbox_map map = attach(id);
	struct ending ending = { .at = 2 };
	struct steps steps = { 0 };
	struct shmbox_job job = { .length = MUCH,
		                  .progress = end_it,
		                  .context = &ending };

	fill(&map, 0, MUCH);
	a_stalled_peer_is_left(&map, O_NONBLOCK);
	be_interrupted(true);
	a_stalled_peer_is_left(&map, 0);
	be_interrupted(false);
	assert(shmbox_walk(&map, &job, step, &steps) == 42 && ending.calls == 2);
	assert(job.done == steps.place && steps.calls == 2 && job.done < MUCH);
	ending.calls = 0;
	assert(shmbox_populate(&map, &job) == 42 && ending.calls == 2);
	assert(job.done > 0 && job.done < MUCH);
	ending.calls = 0;
	assert(shmbox_wipe(&map, &job) == 42 && ending.calls == 2);
	assert(job.done > 0 && job.done < MUCH);
	shmbox_detach(&map);
	destroy(id);
}

/* Sends what is left of the range while there is room, and reads it from the pipe. */
static void send_in_turns(const struct shmbox_map *map, int flags, int error)
{
	struct reader reader = { .bytes = malloc(MUCH + 1) };
	struct shmbox_job job = { .length = MUCH, .flags = SHMBOX_NO_RETRY };
	int ends[2];
	int turns = 0;
	int rc;

	assert(reader.bytes && open_pipe(ends, flags));
	reader.fd = ends[0];
	job.fd = ends[1];
	while ((rc = shmbox_send(map, &job)) == error) {
		struct pollfd more = { .fd = ends[0], .events = POLLIN };

		job.offset += job.done;
		job.length -= job.done;
		for (turns++; poll(&more, 1, 0) > 0;) {
			ssize_t got = read(ends[0], reader.bytes + reader.length,
			                   MUCH + 1 - reader.length);

			assert(got > 0);
			reader.length += (size_t)got;
		}
		assert(reader.length == job.offset);
	}
	assert(rc == 0 && turns > 1);
	close(ends[1]);
	read_all(&reader);
	close(ends[0]);
	assert(reader.length == MUCH && is_pattern(reader.bytes, 0, MUCH));
	free(reader.bytes);
}

/* Zeros and other bytes in turn, in pieces of no round length. */
static char striped(uint64_t place)
{
	return place / 10007 % 2 ? 0 : pattern(place);
}

/* Writes as much as fits into the pipe, and takes it from there in as many jobs as it takes. */
static void receive_in_turns(const struct shmbox_map *map, unsigned flags)
{
	struct shmbox_job job = { .length = MUCH, .flags = SHMBOX_NO_RETRY | flags };
	char *bytes = malloc(MUCH);
	uint64_t sent = 0;
	int turns = 0;
	int ends[2];
	int rc;

	assert(bytes && open_pipe(ends, O_NONBLOCK));
	for (uint64_t i = 0; i < MUCH; i++)
		bytes[i] = striped(i);
	job.fd = ends[0];
	while ((rc = shmbox_receive(map, &job)) == -EAGAIN) {
		ssize_t put = write(ends[1], bytes + sent, MUCH - sent);

		turns++;
		job.offset += job.done;
		job.length -= job.done;
		assert(put > 0 && job.offset == sent);
		sent += (uint64_t)put;
	}
	assert(rc == 0 && turns > 1);
	close(ends[0]);
	close(ends[1]);
	free(bytes);
	bytes = content(map);
	for (uint64_t i = 0; i < MUCH; i++)
		assert(bytes[i] == striped(i));
	free(bytes);
}

/* A file with a hole between the stripes is received although each piece ends the job. */
static void receive_piece_by_piece(const struct shmbox_map *map, unsigned flags)
{
	enum { HOLE = 1000003, HOLE_END = 3000017 };
	struct ending ending = { .at = 1 };
	struct shmbox_job job = {
		.length = MUCH, .flags = flags, .progress = end_it, .context = &ending
	};
	char *bytes = malloc(MUCH);
	int rc = 42;

	assert(bytes);
	job.fd = temporary();
	for (uint64_t i = 0; i < MUCH; i++)
		bytes[i] = i < HOLE || i >= HOLE_END ? striped(i) : 0;
	assert(pwrite(job.fd, bytes, HOLE, 0) == HOLE);
	assert(pwrite(job.fd, bytes + HOLE_END, MUCH - HOLE_END, HOLE_END) ==
	       MUCH - HOLE_END);
	while (job.length > 0) {
		assert(rc == 42);
		ending.calls = 0;
		rc = shmbox_receive(map, &job);
		assert(job.done > 0);
		job.offset += job.done;
		job.length -= job.done;
		assert(lseek(job.fd, 0, SEEK_CUR) == (off_t)job.offset);
	}
	close(job.fd);
	assert(shmbox_read(map, 0, bytes, MUCH) == MUCH);
	for (uint64_t i = 0; i < MUCH; i++)
		assert(bytes[i] == (i < HOLE || i >= HOLE_END ? striped(i) : 0));
	free(bytes);
}

static void continues_jobs(void)
{
	int id = make(MUCH);
	struct shmbox_map map = attach(id);

	fill(&map, 0, MUCH);
	send_in_turns(&map, O_NONBLOCK, -EAGAIN);
	be_interrupted(true);
	send_in_turns(&map, 0, -EINTR);
	be_interrupted(false);
	for (unsigned flags = 0; flags <= SHMBOX_SPARSE; flags += SHMBOX_SPARSE) {
		fill(&map, 0, MUCH);
		receive_in_turns(&map, flags);
		fill(&map, 0, MUCH);
		receive_piece_by_piece(&map, flags);
	}
	shmbox_detach(&map);
	destroy(id);
}

static void receives_sparsely(void)
{
	uint64_t page = (uint64_t)sysconf(_SC_PAGESIZE);
	int id = make(16 * page);
	struct shmbox_map map = attach(id);
	int file = temporary();
	struct shmbox_job job = { .length = map.size,
		                  .fd = file,
		                  .flags = SHMBOX_SPARSE };
	char *bytes;

	fill(&map, 0, map.size);
	assert(ftruncate(file, (off_t)map.size) == 0);
	assert(pwrite(file, "x", 1, (off_t)(3 * page)) == 1);
	assert(shmbox_receive(&map, &job) == 0 && job.done == map.size);
	assert(job.how & SHMBOX_BY_RELEASE);
	assert(resident(id) == (int64_t)page);
	bytes = content(&map);
	assert(bytes[3 * page] == 'x');
	bytes[3 * page] = 0;
	assert(is_zero(bytes, map.size));
	free(bytes);
	close(file);
	shmbox_detach(&map);
	destroy(id);
}

static void what_is_read_only_stays_as_it_is(void)
{
	int id = make(SIZE);
	int file = temporary();
	struct shmbox_job job = { .length = 4, .fd = file };
	struct shmbox_map map;

	assert(write(file, "abcd", 4) == 4 && lseek(file, 0, SEEK_SET) == 0);
	assert(shmbox_attach(id, SHMBOX_READ_ONLY, &map) == 0);
	assert(shmbox_receive(&map, &job) == -EACCES && job.done == 0);
	assert(lseek(file, 0, SEEK_CUR) == 0);
	assert(shmbox_wipe(&map, &job) == -EACCES && job.done == 0);
	job.flags = SHMBOX_RELEASE;
	assert(shmbox_wipe(&map, &job) == -EACCES && job.done == 0);
	job.flags = 0;
	assert(shmbox_populate(&map, &job) == 0 && job.done == 4);
	close(file);
	shmbox_detach(&map);
	destroy(id);
}

static void wipes(void)
{
	uint64_t page = (uint64_t)sysconf(_SC_PAGESIZE);
	int id = make(8 * page);
	struct shmbox_map map = attach(id);
	struct shmbox_job job = { .offset = 100, .length = 3 * page };
	char *bytes;

	fill(&map, 0, map.size);
	assert(shmbox_wipe(&map, &job) == 0 && job.done == 3 * page);
	assert(!(job.how & SHMBOX_BY_RELEASE) && resident(id) == (int64_t)map.size);
	bytes = content(&map);
	assert(is_pattern(bytes, 0, 100) && is_zero(bytes + 100, 3 * page));
	assert(is_pattern(bytes + 100 + 3 * page, 100 + 3 * page, 5 * page - 100));
	free(bytes);

	fill(&map, 0, map.size);
	job.flags = SHMBOX_RELEASE;
	assert(shmbox_wipe(&map, &job) == 0 && job.done == 3 * page);
	assert(job.how & SHMBOX_BY_RELEASE && resident(id) == (int64_t)(6 * page));
	bytes = content(&map);
	assert(is_pattern(bytes, 0, 100) && is_zero(bytes + 100, 3 * page));
	assert(is_pattern(bytes + 100 + 3 * page, 100 + 3 * page, 5 * page - 100));
	free(bytes);

	/* where the last page is full, that is all */
	job = (struct shmbox_job){ .length = map.size, .flags = SHMBOX_SLACK };
	assert(shmbox_wipe(&map, &job) == 0 && job.done == map.size);

	job = (struct shmbox_job){ .offset = 1, .length = map.size };
	assert(shmbox_wipe(&map, &job) == -ERANGE && job.done == 0);
	job = (struct shmbox_job){ .offset = map.size };
	assert(shmbox_wipe(&map, &job) == 0 && job.done == 0);
	shmbox_detach(&map);
	destroy(id);
}

static void walks(void)
{
	uint64_t page = (uint64_t)sysconf(_SC_PAGESIZE);
	int id = make(1000 * page + 5);
	struct shmbox_map map = attach(id);
	struct shmbox_job job = { .offset = 3, .length = map.size - 3 };
	struct steps steps = { .place = 3 };

	fill(&map, 0, 100 * page);
	fill(&map, 1000 * page, 5);
	assert(shmbox_walk(&map, &job, step, &steps) == 0);
	assert(job.done == map.size - 3 && steps.place == map.size);
	/* with swap on, they may be unknown */
	assert(steps.holes == 900 * page || steps.holes == 0);
	assert(!(job.how & SHMBOX_BY_SEEK) || steps.holes == 900 * page);
	assert(!steps.holes || resident(id) == (int64_t)(101 * page));

	steps = (struct steps){ .place = 3, .stop_at = 2 };
	assert(shmbox_walk(&map, &job, step, &steps) == 42 && steps.calls == 2);
	/* what was refused is not done, be it bytes or a hole */
	assert(steps.last > 0 && job.done == steps.place - 3 - steps.last);
	steps = (struct steps){ .place = 3, .stop_at = 1 };
	assert(shmbox_walk(&map, &job, step, &steps) == 42 && job.done == 0);
	steps = (struct steps){ .place = 200 * page, .stop_at = 1 };
	job.offset = 200 * page;
	job.length = 700 * page;
	assert(shmbox_walk(&map, &job, step, &steps) == 42 && job.done == 0);
	job.offset = 3;
	job.length = map.size - 3;
	steps = (struct steps){ 0 };
	job.length++;
	assert(shmbox_walk(&map, &job, step, &steps) == -ERANGE && steps.calls == 0);
	job.length = 0;
	assert(shmbox_walk(&map, &job, step, &steps) == 0 && steps.calls == 0);
	shmbox_detach(&map);
	destroy(id);
}

/* Nothing of the library's is in the place of a standard stream that is closed. */
static int sees_it_closed(void *context)
{
	const int *stream = context;

	assert(fcntl(*stream, F_GETFD) < 0 && errno == EBADF);
	return 0;
}

static int sees_it_closed_too(void *data, const void *bytes, uint64_t length)
{
	assert(!bytes || length);
	sees_it_closed(data);
	return 0;
}

/* All that takes long is done while this standard stream is closed. */
static void works_without(int stream, const struct shmbox_map *map, int file)
{
	struct shmbox_job job = { .length = MUCH,
		                  .progress = sees_it_closed,
		                  .context = &stream };
	char *bytes;

	assert(lseek(file, 0, SEEK_SET) == 0);
	job.fd = file;
	assert(shmbox_send(map, &job) == 0 && job.done == MUCH);
	assert(shmbox_walk(map, &job, sees_it_closed_too, &stream) == 0);
	assert(job.done == MUCH);
	job.fd = stream;
	assert(shmbox_send(map, &job) == -EBADF && job.done == 0);
	assert(shmbox_receive(map, &job) == -EBADF && job.done == 0);
	job.flags = SHMBOX_SPARSE;
	assert(shmbox_receive(map, &job) == -EBADF && job.done == 0);
	bytes = content(map);
	assert(is_pattern(bytes, 0, MUCH));
	free(bytes);
	sees_it_closed(&stream);

	job.flags = 0;
	assert(shmbox_wipe(map, &job) == 0 && job.done == MUCH);
	assert(lseek(file, 0, SEEK_SET) == 0);
	job.fd = file;
	assert(shmbox_receive(map, &job) == 0 && job.done == MUCH);
	sees_it_closed(&stream);
}

static void leaves_closed_streams_closed(void)
{
	int id = make(MUCH);
	struct shmbox_map map = attach(id);
	int file = temporary();

	fill(&map, 0, MUCH);
	for (int stream = STDIN_FILENO; stream <= STDERR_FILENO; stream++) {
		int kept = fcntl(stream, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);

		assert(kept > STDERR_FILENO && close(stream) == 0);
		works_without(stream, &map, file);
		assert(dup2(kept, stream) == stream && close(kept) == 0);
	}
	close(file);
	shmbox_detach(&map);
	destroy(id);
}

/* A process that holds the segment until it is killed. */
static pid_t holder_of(int id)
{
	int ends[2];
	pid_t pid;
	char byte;

	assert(pipe(ends) == 0);
	pid = fork();
	assert(pid >= 0);
	if (pid == 0) {
		attach(id);
		assert(write(ends[1], "", 1) == 1);
		pause();
		_exit(0);
	}
	assert(read(ends[0], &byte, 1) == 1);
	close(ends[0]);
	close(ends[1]);
	return pid;
}

static void borrows_from_a_holder(int id)
{
	struct shmbox_info before = look(id);
	struct steps steps = { 0 };
	int file = temporary();
	struct shmbox_job job = { .length = MUCH, .fd = file };
	struct shmbox_info after;
	struct shmbox_map map;
	char *bytes;

	assert(shmbox_borrow(id, &map) == 0);
	assert(!map.address && map.size == MUCH && !map.writable && map.id == id);
	bytes = content(&map);
	assert(is_pattern(bytes, 0, MUCH));
	assert(shmbox_read(&map, MUCH - 3, bytes, 10) == 3);
	assert(shmbox_read(&map, MUCH, bytes, 10) == 0);
	assert(shmbox_write(&map, 0, bytes, 1) < 0);
	assert(shmbox_send(&map, &job) == 0 && job.done == MUCH);
	assert(pread(file, bytes, MUCH, 0) == MUCH && is_pattern(bytes, 0, MUCH));
	assert(shmbox_walk(&map, &job, step, &steps) == 0 && steps.place == MUCH);
	assert(shmbox_receive(&map, &job) == -EACCES && job.done == 0);
	assert(shmbox_wipe(&map, &job) == -EACCES && job.done == 0);
	assert(shmbox_detach(&map) == 0);
	after = look(id);
	assert(after.attached == before.attached && after.last_pid == before.last_pid);
	assert(after.attach_time == before.attach_time &&
	       after.detach_time == before.detach_time);
	free(bytes);
	close(file);
}

static void borrows(void)
{
	int id = make(MUCH);
	struct shmbox_map map = attach(id);
	struct shmbox_job job = { .length = MUCH, .fd = -1 };
	struct steps steps = { 0 };
	pid_t pid;

	fill(&map, 0, MUCH);
	shmbox_detach(&map);
	assert(shmbox_borrow(id, &map) == -ESRCH);
	assert(shmbox_borrow(NO_ID, &map) == -ENOENT);
	pid = holder_of(id);
	borrows_from_a_holder(id);
	assert(shmbox_borrow(id, &map) == 0);
	assert(kill(pid, SIGKILL) == 0 && waitpid(pid, NULL, 0) == pid);
	assert(shmbox_walk(&map, &job, step, &steps) == -ESRCH && steps.calls == 0);
	assert(shmbox_read(&map, 0, &steps, 1) == -ESRCH);
	shmbox_detach(&map);
	assert(shmbox_borrow(id, &map) == -ESRCH);
	destroy(id);
}

/* A process that counts in the segment's first word for as long as it lives. */
static pid_t counter_in(volatile uint64_t *word)
{
	pid_t child = fork();

	assert(child >= 0);
	/* it would keep the test waiting for ever */
	if (child == 0)
		prctl(PR_SET_PDEATHSIG, SIGKILL);
	while (child == 0)
		++*word;
	while (*word == 0)
		;
	return child;
}

static void touch_from_elsewhere(int id)
{
	pid_t child = fork();
	struct shmbox_map map;

	assert(child >= 0);
	if (child == 0)
		_exit(shmbox_attach(id, 0, &map) < 0 || shmbox_detach(&map) < 0);
	assert(waitpid(child, NULL, 0) == child);
}

/* A child that cannot stop: it waits in the kernel for a child of its own, which has its memory. */
static pid_t stuck_in(volatile uint64_t *word)
{
	pid_t child = fork();

	assert(child >= 0);
	if (child == 0) {
		if (vfork() == 0) {
			*word = (uint64_t)getpid();
			pause();
			_exit(0);
		}
		_exit(7);
	}
	while (*word == 0)
		;
	return child;
}

static void *freeze_for_another(void *map)
{
	assert(shmbox_freeze(map) == 0);
	return NULL;
}

/* What a freeze leaves behind: nothing. */
static void leaves_nothing_frozen(void)
{
	int id = make(MUCH);
	struct shmbox_map map = attach(id);
	volatile uint64_t *word = map.address;
	pid_t stuck = stuck_in(&word[1]);
	pid_t counter;
	pthread_t thread;
	uint64_t now;
	int status;

	assert(shmbox_freeze(&map) == -ETIMEDOUT && map.unstopped == stuck);
	assert(!map.stopped);
	/* it is asked to stop no more, and its exit status is ours */
	assert(kill((pid_t)word[1], SIGKILL) == 0);
	assert(waitpid(stuck, &status, 0) == stuck);
	assert(WIFEXITED(status) && WEXITSTATUS(status) == 7);

	/* another thread may let go, and the one that stopped them may have ended */
	counter = counter_in(word);
	assert(pthread_create(&thread, NULL, freeze_for_another, &map) == 0);
	assert(pthread_join(thread, NULL) == 0);
	now = *word;
	assert(shmbox_freeze(&map) == -EINVAL && *word == now);
	/* no child of ours that wait(2) would see */
	assert(waitpid(-1, &status, WNOHANG) == 0);
	shmbox_thaw(&map);
	while (*word == now)
		;
	assert(kill(counter, SIGKILL) == 0 && waitpid(counter, NULL, 0) == counter);
	assert(waitpid(-1, &status, __WALL) < 0 && errno == ECHILD);
	shmbox_detach(&map);
	destroy(id);
}

static void freezes(void)
{
	int id = make(MUCH);
	struct shmbox_map map = attach(id);
	volatile uint64_t *word = map.address;
	pid_t pid = counter_in(word);
	struct shmbox_job job = { .length = 8 };
	struct shmbox_map copy;
	uint64_t now;
	uint64_t then = 0;

	assert(shmbox_freeze(&map) == 0);
	now = *word;
	assert(shmbox_blank(&map, &copy) == 0);
	assert(copy.size == MUCH && !copy.address && !copy.writable);
	job.fd = copy.copy;
	assert(shmbox_copy(&map, &job) == 0 && job.done == 8);
	assert(shmbox_compare(&map, &job) == 0);
	assert(*word == now);
	touch_from_elsewhere(id);
	assert(shmbox_copy(&map, &job) == -EAGAIN);
	shmbox_thaw(&map);
	shmbox_thaw(&map);
	while (*word == now)
		;
	assert(shmbox_copy(&map, &job) == 0);
	now = *word;
	while (*word == now)
		;
	assert(shmbox_compare(&map, &job) == -EAGAIN);
	assert(shmbox_write(&copy, 0, &then, 1) == -EACCES);
	assert(shmbox_read(&copy, 0, &then, 8) == 8 && then <= now);
	assert(shmbox_read(&copy, MUCH - 1, &then, 8) == 1);
	assert(shmbox_detach(&copy) == 0 && shmbox_detach(&copy) == 0);
	assert(kill(pid, SIGKILL) == 0 && waitpid(pid, NULL, 0) == pid);
	shmbox_detach(&map);
	destroy(id);
}

/* What came to be, went, or moved since, anywhere in the range, is seen. */
static void compares(void)
{
	static const uint64_t places[] = { 0, 4095, 4096, MUCH / 2, MUCH - 1 };
	int id = make(MUCH);
	struct shmbox_map map = attach(id);
	struct shmbox_job job = { .length = MUCH };
	struct shmbox_map copy;

	assert(shmbox_blank(&map, &copy) == 0);
	job.fd = copy.copy;
	assert(shmbox_compare(&map, &job) == 0);
	for (size_t i = 0; i < sizeof(places) / sizeof(*places); i++) {
		assert(shmbox_write(&map, places[i], "x", 1) == 1);
		assert(shmbox_compare(&map, &job) == -EAGAIN);
		assert(shmbox_copy(&map, &job) == 0 && job.done == MUCH);
		assert(shmbox_compare(&map, &job) == 0 && job.done == MUCH);
	}
	job.flags = SHMBOX_RELEASE;
	assert(shmbox_wipe(&map, &job) == 0);
	assert(shmbox_compare(&map, &job) == -EAGAIN);
	job.offset = 4097;
	job.length = 10;
	assert(shmbox_compare(&map, &job) == -EAGAIN);
	job.length = MUCH;
	assert(shmbox_compare(&map, &job) == -ERANGE);
	assert(shmbox_copy(&map, &job) == -ERANGE);
	shmbox_detach(&copy);
	shmbox_detach(&map);
	destroy(id);
}

/* What it counts is made to happen in tests/kernel/memory.bats. */
static void counts_kills(void)
{
	int64_t kills = shmbox_oom_kills();

	assert(kills >= 0 && shmbox_oom_kills() >= kills);
}

static void is_expendable(void)
{
	char text[8] = "";
	FILE *file;

	assert(shmbox_expendable(1000, NULL) == 0);
	file = fopen("/proc/self/oom_score_adj", "re");
	assert(file && fgets(text, sizeof(text), file) && strcmp(text, "1000\n") == 0);
	fclose(file);
}

/* ---- what is known, and what can be changed ---- */

static void lists(void)
{
	int ids[] = { make(1), make(2), make(3) };
	struct shmbox_info *infos = NULL;
	int count = shmbox_list(&infos);
	uint64_t sum = 0;

	assert(count >= 3);
	assert(shmbox_memory(infos, (size_t)count) == 0);
	for (int i = 0; i < count; i++) {
		for (int k = 0; k < 3; k++) {
			if (infos[i].id == ids[k])
				sum += infos[i].size * (infos[i].resident == 0);
		}
	}
	assert(sum == 6);
	free(infos);
	for (int k = 0; k < 3; k++)
		destroy(ids[k]);
}

static void changes(void)
{
	const struct shmbox_change mode = { .set_mode = true, .mode = 0604 };
	const struct shmbox_change group = { .set_gid = true, .gid = 1004 };
	int id = make(SIZE);
	struct shmbox_info info;

	assert(shmbox_set(id, &mode) == 0);
	info = look(id);
	assert(info.mode == 0604 && info.owner_uid == getuid() &&
	       info.owner_gid == getgid());
	assert(shmbox_set(id, &group) == 0);
	info = look(id);
	assert(info.mode == 0604 && info.owner_uid == getuid() && info.owner_gid == 1004);
	assert(info.creator_gid == getgid());
	assert(shmbox_lock(id, true) == 0 && look(id).locked && look(id).mode == 0604);
	assert(shmbox_lock(id, false) == 0 && !look(id).locked);
	destroy(id);
}

static void makes_keys(void)
{
	key_t made = 0;

	assert(shmbox_key("/", 'A', &made) == 0 && made == ftok("/", 'A'));
	assert(shmbox_key("/etc", 0x1ff, &made) == 0 && made == ftok("/etc", 0xff));
	assert(shmbox_key("/no/such/path", 1, &made) == -ENOENT);
}

static void knows_limits(void)
{
	struct shmbox_limits before;
	struct shmbox_limits after;
	struct rlimit memlock;
	int id;

	assert(shmbox_get_limits(&before) == 0);
	id = make(SIZE);
	assert(shmbox_get_limits(&after) == 0);
	assert(after.page_size == (uint64_t)sysconf(_SC_PAGESIZE));
	assert(after.segments == before.segments + 1);
	assert(after.pages ==
	       before.pages + (SIZE + after.page_size - 1) / after.page_size);
	assert(after.max_segments > 0 && after.max_pages > 0 && after.max_size > 0);
	assert(after.rmid_forced == 0 || after.rmid_forced == SHMBOX_UNKNOWN);
	getrlimit(RLIMIT_MEMLOCK, &memlock);
	assert(after.memlock ==
	       (memlock.rlim_cur == RLIM_INFINITY ? UINT64_MAX : memlock.rlim_cur));
	destroy(id);
}

/* ---- errors ---- */

static void none_is_there(int id)
{
	const struct shmbox_change change = { .set_mode = true, .mode = 0600 };
	struct shmbox_info info;
	struct shmbox_map map;

	assert(shmbox_stat(id, &info) == -ENOENT);
	assert(shmbox_attach(id, 0, &map) == -ENOENT);
	assert(shmbox_attach(id, SHMBOX_READ_ONLY, &map) == -ENOENT);
	assert(shmbox_set(id, &change) == -ENOENT);
	assert(shmbox_lock(id, true) == -ENOENT);
	assert(shmbox_lock(id, false) == -ENOENT);
	assert(shmbox_remove(id) == -ENOENT);
	errno = 0;
	assert(!shmbox_fopen(id, "r+") && errno == ENOENT);
}

static void what_is_not_there_is_enoent(void)
{
	const struct shmbox_ref free_key = { .by_key = true, .key = key };
	const struct shmbox_ref no_key = { .by_key = true, .key = IPC_PRIVATE };
	int id = make(SIZE);

	destroy(id);
	none_is_there(id);
	none_is_there(NO_ID);
	none_is_there(INT32_MAX);
	none_is_there(-1);
	none_is_there(INT32_MIN);
	assert(shmbox_lookup(free_key) == -ENOENT);
	assert(shmbox_lookup(no_key) == -EINVAL);
}

static bool has_words_for(enum shmbox_op op)
{
	bool always = true;

	for (int error = 0; error < 140; error++) {
		const char *words = shmbox_strerror(op, -error);

		always = always && words && *words;
	}
	return always;
}

static void has_words(void)
{
	const char *words;

	_Static_assert(SHMBOX_UNKNOWN < -4095 && SHMBOX_ALL < SHMBOX_UNKNOWN,
	               "no error, and not one another");
	for (int op = SHMBOX_CREATE; op <= SHMBOX_HELD; op++)
		assert(has_words_for((enum shmbox_op)op));
	assert(strcmp(shmbox_strerror(SHMBOX_STAT, -ENOENT), "no such segment") == 0);
	/* what is no error has words too, and they stay when others are asked for */
	words = shmbox_strerror(SHMBOX_STAT, -4095);
	assert(strcmp(words, "unknown error") == 0);
	assert(strcmp(shmbox_strerror(SHMBOX_STAT, -4094), words) == 0);
	assert(shmbox_strerror(SHMBOX_STAT, -4095) == words);
	assert(strcmp(words, "unknown error") == 0);
	assert(strcmp(shmbox_strerror(SHMBOX_STAT, INT32_MIN), words) == 0);
	assert(strcmp(shmbox_strerror(SHMBOX_STAT, SHMBOX_UNKNOWN), words) == 0);
	/* the C library's words for these mislead here */
	assert(strcmp(shmbox_strerror(SHMBOX_CREATE, -ENOSPC), strerror(ENOSPC)) != 0);
	assert(strcmp(shmbox_strerror(SHMBOX_CREATE, -EINVAL), strerror(EINVAL)) != 0);
}

/* What create says, would_fit said before, and the cause goes with it. */
static struct shmbox_cause refused(const struct shmbox_spec *spec, int error)
{
	int rc = shmbox_would_fit(SHMBOX_CREATE, spec);

	assert(rc == -error);
	rc = shmbox_create(spec);
	assert(rc == -error);
	return why(SHMBOX_CREATE, rc, spec);
}

static void explains_sizes(void)
{
	const struct shmbox_spec zero = { .mode = 0600 };
	struct shmbox_spec spec = { .size = 4096, .mode = 0600 };
	struct shmbox_limits limits;
	struct shmbox_cause cause;

	assert(shmbox_would_fit(SHMBOX_CREATE, &spec) == 0);
	assert(refused(&zero, EINVAL).kind == SHMBOX_CAUSE_SIZE_ZERO);
	assert(shmbox_get_limits(&limits) == 0);
	spec.size = limits.max_size + 1;
	cause = refused(&spec, EINVAL);
	assert(cause.kind == SHMBOX_CAUSE_SHMMAX);
	assert(cause.limit == limits.max_size && cause.wanted == spec.size);
	/* with no segment and no spec there is nothing to find out, and no harm */
	assert(why(SHMBOX_CREATE, -EINVAL, NULL).kind == SHMBOX_CAUSE_NONE);
}

/* api.bats has set kernel.shmmni to the number of segments that are there. */
static void explains_shmmni(void)
{
	const struct shmbox_spec spec = { .size = 4096, .mode = 0600 };
	struct shmbox_cause cause = refused(&spec, ENOSPC);

	assert(cause.kind == SHMBOX_CAUSE_SHMMNI && cause.limit == cause.used);
}

/* api.bats has set kernel.shmall to what is in use and one page more. */
static void explains_shmall(void)
{
	uint64_t page = (uint64_t)sysconf(_SC_PAGESIZE);
	const struct shmbox_spec one = { .size = page, .mode = 0600 };
	const struct shmbox_spec two = { .size = page + 1, .mode = 0600 };
	struct shmbox_cause cause = refused(&two, ENOSPC);

	assert(cause.kind == SHMBOX_CAUSE_SHMALL);
	assert(cause.limit == cause.used + 1 && cause.wanted == 2);
	assert(shmbox_would_fit(SHMBOX_CREATE, &one) == 0);
}

static void explains_ids(void)
{
	struct shmbox_spec spec = { .size = 1, .mode = 0600, .want_id = true };
	int rc;

	spec.id = make(1);
	rc = shmbox_create(&spec);
	assert(rc == -EEXIST);
	assert(why(SHMBOX_CREATE, rc, &spec).kind == SHMBOX_CAUSE_ID_TAKEN);
	destroy(spec.id);
	rc = shmbox_create(&spec);
	assert(rc == spec.id);
	destroy(rc);
}

static void explains_huge_pages(void)
{
	const struct shmbox_spec odd = { .size = 1 << 26,
		                         .mode = 0600,
		                         .huge_page = 1 << 26 };
	struct shmbox_spec many = { .mode = 0600, .huge_page = 1 << 21 };
	struct shmbox_limits limits;
	struct shmbox_cause cause;

	assert(shmbox_get_limits(&limits) == 0);
	for (int i = 0; i < limits.pool_count; i++) {
		if (limits.pools[i].page_size != many.huge_page)
			continue;
		many.size = (limits.pools[i].total + 5) * many.huge_page;
		cause = refused(&many, ENOMEM);
		assert(cause.kind == SHMBOX_CAUSE_HUGE_POOL);
		assert(cause.wanted == limits.pools[i].total + 5);
		assert(cause.limit <= limits.pools[i].free);
	}
	assert(why(SHMBOX_CREATE, shmbox_create(&odd), &odd).kind ==
	       SHMBOX_CAUSE_HUGE_SIZE);
}

/* Runs as a user without rights; the segment is root's. */
static void be_refused(int id)
{
	const struct shmbox_change change = { .set_mode = true, .mode = 0666 };
	const struct shmbox_spec used = { .id = id };
	const struct shmbox_spec with_id = {
		.size = 1, .mode = 0600, .want_id = true, .id = NO_ID
	};
	struct shmbox_cause cause;
	struct shmbox_map map;
	int rc = shmbox_attach(id, SHMBOX_READ_ONLY, &map);

	assert(rc == -EACCES);
	cause = why(SHMBOX_ATTACH, rc, &used);
	assert(cause.kind == SHMBOX_CAUSE_MODE && cause.owner == 0 && cause.mode == 0600);
	rc = shmbox_set(id, &change);
	assert(rc == -EPERM);
	assert(why(SHMBOX_CHANGE, rc, &used).kind == SHMBOX_CAUSE_OWNER);
	rc = shmbox_remove(id);
	assert(rc == -EPERM);
	assert(why(SHMBOX_REMOVE, rc, &used).kind == SHMBOX_CAUSE_OWNER);
	rc = shmbox_create(&with_id);
	assert(rc == -EPERM);
	assert(why(SHMBOX_CREATE, rc, &with_id).kind == SHMBOX_CAUSE_ID_RIGHT);
	/* what may not be read is known all the same */
	assert(look(id).mode == 0600 && look(id).size == SIZE);
}

static void meet_the_lock_limit(void)
{
	const struct rlimit little = { 4096, 4096 };
	struct shmbox_spec used = { .id = make(65536) };
	struct shmbox_cause cause;
	int rc;

	setrlimit(RLIMIT_MEMLOCK, &little);
	rc = shmbox_lock(used.id, true);
	assert(rc == -ENOMEM);
	cause = why(SHMBOX_LOCK, rc, &used);
	assert(cause.kind == SHMBOX_CAUSE_MEMLOCK);
	assert(cause.limit == 4096 && cause.wanted == 65536);
	destroy(used.id);
}

static void explains_rights(void)
{
	int id = make(SIZE);
	pid_t child = fork();
	int status;

	assert(child >= 0);
	if (child == 0) {
		if (setgid(NOBODY) < 0 || setuid(NOBODY) < 0)
			_exit(1);
		be_refused(id);
		meet_the_lock_limit();
		_exit(0);
	}
	assert(waitpid(child, &status, 0) == child && status == 0);
	destroy(id);
}

/* ---- who holds it, and is it garbage ---- */

/* A child that has two attaches of one segment, one read-only, and one of another. */
static pid_t hold(int twice, int once)
{
	char ready;
	int ends[2];
	pid_t child;

	assert(pipe(ends) == 0);
	child = fork();
	assert(child >= 0);
	if (child == 0) {
		struct shmbox_map maps[3];

		assert(shmbox_attach(twice, 0, &maps[0]) == 0);
		assert(shmbox_attach(twice, SHMBOX_READ_ONLY, &maps[1]) == 0);
		assert(shmbox_attach(once, 0, &maps[2]) == 0);
		memset(maps[2].address, 1, 1);
		assert(write(ends[1], "", 1) == 1);
		for (;;)
			pause();
	}
	assert(read(ends[0], &ready, 1) == 1);
	close(ends[0]);
	close(ends[1]);
	return child;
}

static void end(pid_t child)
{
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
}

static void is_in_order(const struct shmbox_holder *holders, int count)
{
	for (int i = 1; i < count; i++) {
		const struct shmbox_holder *a = &holders[i - 1];
		const struct shmbox_holder *b = &holders[i];

		assert(a->id < b->id ||
		       (a->id == b->id &&
		        (a->pid < b->pid || (a->pid == b->pid && a->start < b->start))));
	}
}

static void finds_holders(void)
{
	const struct shmbox_spec keyed = { .key = key, .size = SIZE, .mode = 0600 };
	int twice = shmbox_create(&keyed);
	int once = make(3 * 4096);
	pid_t child = hold(twice, once);
	struct shmbox_holder *holders;
	struct shmbox_info infos[2];
	int count = shmbox_holders(twice, &holders);
	int mine = 0;

	assert(count == 2 && look(twice).attached == 2);
	is_in_order(holders, count);
	for (int i = 0; i < count; i++) {
		assert(holders[i].id == twice && holders[i].pid == child);
		assert(holders[i].key == key && holders[i].huge_page == 0);
		assert(holders[i].end - holders[i].start == 8192);
	}
	assert(holders[0].writable != holders[1].writable);
	assert(shmbox_holder_memory(holders, 2) == 0);
	free(holders);

	count = shmbox_holders(SHMBOX_ALL, &holders);
	is_in_order(holders, count);
	for (int i = 0; i < count; i++)
		mine += holders[i].pid == child;
	assert(mine == 3);
	free(holders);

	/* with counts that fit, of whenever the infos are */
	infos[0] = look(twice);
	infos[1] = look(once);
	infos[0].attached = 7;
	count = shmbox_held(infos, 2, &holders);
	is_in_order(holders, count);
	assert(infos[0].attached == 2 && infos[1].attached == 1);
	assert(shmbox_held_at(holders, count, twice, &mine) == 2);
	assert(holders[mine].id == twice && holders[mine].pid == child);
	assert(!holders[mine].doubtful && holders[mine].thread == child);
	assert(shmbox_held_at(holders, count, once, &mine) == 1);
	assert(shmbox_held_at(holders, count, NO_ID, &mine) == 0);
	free(holders);

	/* one that has gone, and one that never was */
	end(child);
	assert(shmbox_held(infos, 2, &holders) >= 0);
	assert(infos[0].attached == 0 && infos[1].attached == 0);
	free(holders);
	assert(shmbox_holders(twice, &holders) == 0);
	free(holders);
	destroy(twice);
	/* one that has gone, one that never was, and what is no id */
	assert(shmbox_holders(twice, &holders) == -ENOENT && !holders);
	assert(shmbox_holders(NO_ID, &holders) == -ENOENT && !holders);
	assert(shmbox_holders(-7, &holders) == -ENOENT && !holders);
	assert(shmbox_holders(SHMBOX_UNKNOWN, &holders) == -ENOENT && !holders);
	destroy(once);
}

static void finds_what_a_process_holds(void)
{
	int twice = make(SIZE);
	int once = make(3 * 4096);
	pid_t child = hold(twice, once);
	struct shmbox_holder *holders;
	int first = twice < once ? twice : once;
	int rc;

	assert(shmbox_held_by(child, &holders) == 3);
	is_in_order(holders, 3);
	assert(holders[0].id == first);
	for (int i = 0; i < 3; i++) {
		assert(holders[i].pid == child);
		if (holders[i].id == once)
			assert(shmbox_holder_memory(&holders[i], 1) == 4096);
	}
	end(child);
	assert(shmbox_holder_memory(holders, 1) == SHMBOX_UNKNOWN);
	free(holders);
	assert(shmbox_held_by(getpid(), &holders) == 0);
	free(holders);
	rc = shmbox_held_by(child, &holders);
	assert(rc == -ESRCH || rc == -ENOENT);
	assert(!holders);
	destroy(twice);
	destroy(once);
}

static pid_t ended_process(void)
{
	pid_t child = fork();

	assert(child >= 0);
	if (child == 0)
		_exit(0);
	waitpid(child, NULL, 0);
	return child;
}

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

static void knows_whose_a_process_is(void)
{
	char group[64];
	char letter[2] = { 'x', 'x' };
	uid_t uid = 54321;
	int rc;

	assert(shmbox_process_user(getpid(), &uid) == 0 && uid == geteuid());
	assert(shmbox_process_user(ended_process(), &uid) == -ESRCH);
	assert(shmbox_process_user(0, &uid) == -ENOENT);
	rc = shmbox_process_group(getpid(), group, sizeof(group));
	assert((rc == 0 && *group && !strchr(group, '/')) || rc == -ENOENT);
	/* what does not fit is not cut off, and where there is no room nothing is written */
	assert(shmbox_process_group(getpid(), letter, 0) < 0 && letter[0] == 'x');
	if (rc == 0 && group[1]) {
		assert(shmbox_process_group(getpid(), letter, 2) == -ERANGE);
		assert(letter[0] == '\0' && letter[1] == 'x');
		assert(shmbox_process_group(getpid(), group, strlen(group)) == -ERANGE);
	}
	assert(shmbox_process_group(ended_process(), group, sizeof(group)) == -ESRCH);
	assert(*group == '\0');
}

/* api.bats has a process in another IPC namespace, where one segment is, with id 0. */
static void visits(pid_t there)
{
	struct shmbox_namespace here;
	struct shmbox_namespace *all;
	struct shmbox_info *infos;
	struct stat st;
	int id = make(SIZE);
	int before = shmbox_list(&infos);
	int found = 0;
	int hidden;
	int count;

	free(infos);
	assert(stat("/proc/self/ns/ipc", &st) == 0);
	assert(shmbox_namespace(&here) == 0);
	assert(here.ns == st.st_ino && here.pid == getpid());
	count = shmbox_namespaces(&all, &hidden);
	assert(count >= 2);
	for (int i = 0; i < count; i++) {
		assert(i == 0 || all[i - 1].pid < all[i].pid);
		found += all[i].ns == here.ns || all[i].pid == there;
		for (int j = 0; j < i; j++)
			assert(all[i].ns != all[j].ns);
	}
	assert(found == 2);
	free(all);

	/* there, and back again */
	assert(shmbox_visit(getppid()) == 0);
	assert(shmbox_list(&infos) == before);
	free(infos);
	here.pid = getppid();
	assert(shmbox_visit(there) == 0);
	assert(shmbox_list(&infos) == 1 && infos->id == 0);
	free(infos);
	assert(shmbox_visit(here.pid) == 0);
	assert(look(id).size == SIZE);
	destroy(id);
	assert(shmbox_visit(ended_process()) == -ESRCH);
}

/* A child that has the segment of that process's IPC namespace attached, until it is killed. */
static pid_t holder_there(pid_t there, int id)
{
	int ends[2];
	pid_t pid;
	char byte;

	assert(pipe(ends) == 0);
	pid = fork();
	assert(pid >= 0);
	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		assert(shmbox_visit(there) == 0);
		attach(id);
		assert(write(ends[1], "", 1) == 1);
		pause();
		_exit(0);
	}
	assert(read(ends[0], &byte, 1) == 1);
	close(ends[0]);
	close(ends[1]);
	return pid;
}

struct journey {
	pid_t there;
	pid_t holder; /* of the segment there */
};

static void *go_there(void *data)
{
	const struct journey *journey = data;
	struct shmbox_holder *holders;
	struct shmbox_namespace here;
	struct stat st;

	assert(shmbox_visit(journey->there) == 0);
	assert(stat("/proc/thread-self/ns/ipc", &st) == 0);
	assert(shmbox_namespace(&here) == 0 && here.ns == st.st_ino);
	/* from which the same way leads back */
	assert(shmbox_visit(here.pid) == 0);
	assert(shmbox_holders(0, &holders) == 1 && holders->pid == journey->holder);
	free(holders);
	assert(shmbox_holders(SHMBOX_ALL, &holders) == 1 && holders->id == 0);
	free(holders);
	assert(shmbox_held_by(journey->holder, &holders) == 1);
	free(holders);
	assert(shmbox_held_by(getppid(), &holders) == -EXDEV);
	return NULL;
}

/* The first segment of either namespace has id 0, and one holder each. */
static void visits_as_a_thread(pid_t there)
{
	struct journey journey = { there, holder_there(there, 0) };
	int id = make(4096);
	struct shmbox_map map = attach(id);
	struct shmbox_namespace here;
	struct shmbox_holder *holders;
	pthread_t thread;
	struct stat st;

	assert(id == 0);
	assert(pthread_create(&thread, NULL, go_there, &journey) == 0);
	assert(pthread_join(thread, NULL) == 0);
	/* the others have stayed */
	assert(stat("/proc/self/ns/ipc", &st) == 0);
	assert(shmbox_namespace(&here) == 0 && here.ns == st.st_ino);
	assert(shmbox_holders(id, &holders) == 1 && holders->pid == getpid());
	free(holders);
	end(journey.holder);
	shmbox_detach(&map);
	destroy(id);
}

/* ---- processes, namespaces, threads ---- */

static void watches_processes(void)
{
	pid_t child = fork();
	struct pollfd ended = { .events = POLLIN };
	char name[16] = "";

	assert(child >= 0);
	if (child == 0) {
		pause();
		_exit(0);
	}
	assert(shmbox_process_alive(child) == 1);
	assert(shmbox_process_name(child, name) == 0 && strncmp(name, "api", 3) == 0);
	ended.fd = shmbox_process_watch(child);
	assert(ended.fd >= 0 || ended.fd == -ENOSYS);
	assert(ended.fd < 0 || poll(&ended, 1, 0) == 0);
	kill(child, SIGKILL);
	assert(ended.fd < 0 || poll(&ended, 1, 300000) == 1);
	/* a zombie has ended */
	while (ended.fd < 0 && shmbox_process_alive(child))
		usleep(1000);
	assert(shmbox_process_alive(child) == 0);
	assert(shmbox_process_watch(child) == -ESRCH);
	waitpid(child, NULL, 0);
	assert(shmbox_process_alive(child) == 0);
	assert(shmbox_process_watch(child) == -ESRCH);
	assert(shmbox_process_name(child, name) == -ESRCH);
	assert(shmbox_process_alive(0) == 0 && shmbox_process_alive(-1) == 0);
	if (ended.fd >= 0)
		close(ended.fd);
}

/* api.bats names a process in an IPC namespace that has no segment yet. */
static void enters(pid_t pid)
{
	int here = make(SIZE);
	struct shmbox_info *infos;
	int rc = shmbox_enter(pid);

	assert(rc == 0);
	assert(shmbox_list(&infos) == 0 && !infos);
	destroy(make(SIZE));
	rc = shmbox_enter(getppid());
	assert(rc == 0);
	destroy(here);
	assert(shmbox_enter(INT32_MAX) == -ESRCH);
}

enum { PART = 8192 }; /* fits into every pipe */

/* What one of several threads works on: a part of a segment that is attached once for all. */
struct part {
	pthread_t thread;
	struct shmbox_map *map;
	uint64_t offset;
};

static int add_length(void *sum, const void *bytes, uint64_t length)
{
	(void)bytes;
	*(uint64_t *)sum += length;
	return 0;
}

/*
 * Bytes are touched in the part alone: the thread sanitizer does not know that shmdt(2) ends
 * what was at an address, and takes the next segment there for the same memory.
 */
static void move_bytes(const struct part *part, int round)
{
	struct shmbox_job out = { .offset = part->offset, .length = PART };
	struct shmbox_job in = out;
	char bytes[PART];
	uint64_t walked = 0;
	int ends[2];

	memset(bytes, round, sizeof(bytes));
	assert(shmbox_write(part->map, part->offset, bytes, PART) == PART);
	assert(pipe(ends) == 0);
	out.fd = ends[1];
	in.fd = ends[0];
	assert(shmbox_send(part->map, &out) == 0 && out.done == PART);
	assert(shmbox_wipe(part->map, &(struct shmbox_job){ .offset = part->offset,
	                                                    .length = PART }) == 0);
	assert(shmbox_receive(part->map, &in) == 0 && in.done == PART);
	close(ends[0]);
	close(ends[1]);
	assert(shmbox_read(part->map, part->offset, bytes, PART) == PART);
	assert(bytes[0] == (char)round && bytes[PART - 1] == (char)round);
	assert(shmbox_walk(part->map,
	                   &(struct shmbox_job){ .offset = part->offset, .length = PART },
	                   add_length, &walked) == 0);
	assert(walked == PART);
}

/* A segment of the thread's own, and everything that can be asked. */
static void come_and_go(bool look_at_processes)
{
	const struct shmbox_spec too_large = { .size = UINT64_MAX / 4, .mode = 0600 };
	const struct shmbox_change change = { .set_mode = true, .mode = 0640 };
	struct shmbox_holder *holders = NULL;
	struct shmbox_info *infos = NULL;
	struct shmbox_limits limits;
	int id = make(SIZE);
	struct shmbox_map map = attach(id);
	FILE *stream = shmbox_fopen(id, "r");
	int count;

	assert(stream && fclose(stream) == 0);
	assert(shmbox_set(id, &change) == 0 && look(id).mode == 0640);
	count = shmbox_list(&infos);
	assert(count >= 1 && shmbox_memory(infos, (size_t)count) == 0);
	free(infos);
	assert(shmbox_get_limits(&limits) == 0);
	assert(why(SHMBOX_CREATE, shmbox_create(&too_large), &too_large).kind !=
	       SHMBOX_CAUSE_NONE);
	assert(strlen(shmbox_strerror(SHMBOX_CREATE, -ENOSPC)) > 0);
	assert(shmbox_process_alive(getpid()) == 1);
	if (look_at_processes) {
		assert(shmbox_holders(id, &holders) == 1);
		free(holders);
	}
	assert(shmbox_detach(&map) == 0);
	destroy(id);
}

static void *work(void *argument)
{
	const struct part *part = argument;

	for (int round = 0; round < ROUNDS; round++) {
		move_bytes(part, round);
		come_and_go(round % 50 == 0);
	}
	return NULL;
}

static void *lie_still(void *unused)
{
	for (;;)
		pause();
	return unused;
}

/* A zombie in all lists, but no less alive. */
static void a_process_may_outlive_its_main_thread(void)
{
	char path[64];
	char text[512] = "";
	pid_t child = fork();
	pthread_t thread;
	int watch;

	assert(child >= 0);
	if (child == 0) {
		pthread_create(&thread, NULL, lie_still, NULL);
		pthread_exit(NULL);
	}
	snprintf(path, sizeof(path), "/proc/%d/stat", (int)child);
	while (!strstr(text, ") Z")) {
		FILE *file = fopen(path, "r");

		assert(file && fgets(text, sizeof(text), file));
		fclose(file);
	}
	assert(shmbox_process_alive(child) == 1);
	watch = shmbox_process_watch(child);
	assert(watch >= 0 || watch == -ENOSYS);
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	assert(shmbox_process_alive(child) == 0);
	assert(shmbox_process_watch(child) == -ESRCH);
	close(watch);
}

static void any_thread_may_call(void)
{
	int id = make(THREADS * PART);
	struct shmbox_map map = attach(id);
	struct part parts[THREADS];

	for (int i = 0; i < THREADS; i++) {
		parts[i].map = &map;
		parts[i].offset = (uint64_t)i * PART;
		assert(pthread_create(&parts[i].thread, NULL, work, &parts[i]) == 0);
	}
	for (int i = 0; i < THREADS; i++)
		assert(pthread_join(parts[i].thread, NULL) == 0);
	assert(shmbox_detach(&map) == 0);
	destroy(id);
}

static void numbers(void)
{
	static const uint64_t all[] = {
		0, 1, 0x80, 0x7f, 0x8001, 0x80000001, UINT64_C(1) << 63
	};
	static const uint64_t ones = 0x0101010101010101;
	int id = make(SIZE);
	struct shmbox_map map = attach(id);
	struct shmbox_map reader;
	uint64_t got[3];
	int rc;

	for (unsigned width = 1; width <= 8; width *= 2) {
		uint64_t mask = UINT64_MAX >> (64 - 8 * width);
		struct shmbox_field field = { .width = width,
			                      .offset = 4096,
			                      .count = 1 };

		for (size_t i = 0; i < 4 * sizeof(all) / sizeof(*all); i++) {
			uint64_t value = all[i / 4] & mask;
			unsigned char bytes[8];

			field.swapped = i & 1;
			field.kind = i & 2 ? SHMBOX_SIGNED : SHMBOX_UNSIGNED;
			/* one that is below zero has ones above its bits */
			if (field.kind == SHMBOX_SIGNED && value & (mask / 2 + 1))
				value |= ~mask;
			rc = shmbox_update(&map, &field, SHMBOX_SET, &value, got);
			assert(rc == 0);
			assert(got[0] == value);
			rc = shmbox_get(&map, &field, got + 1);
			assert(rc == 0 && got[1] == got[0]);
			shmbox_read(&map, 4096, bytes, width);
			value = 0;
			for (unsigned j = 0; j < width; j++)
				value = value << 8 |
				        bytes[little() != field.swapped ? width - 1 - j
				                                        : j];
			assert(value == (got[0] & mask));
			rc = shmbox_exchange(
				&map, &field,
				&(struct shmbox_swap){ .expected = got[0] ^ 1,
			                               .value = 7 });
			assert(rc == -ETIMEDOUT);
			rc = shmbox_exchange(
				&map, &field,
				&(struct shmbox_swap){ .expected = got[0], .value = 7 });
			assert(rc == 0);
			rc = shmbox_get(&map, &field, got);
			assert(rc == 0 && got[0] == 7);
		}
	}
	rc = shmbox_get(
		&map, &(struct shmbox_field){ .width = 4, .offset = 2, .count = 1 }, got);
	assert(rc == -EINVAL);
	rc = shmbox_get(&map, &(struct shmbox_field){ .width = 3, .count = 1 }, got);
	assert(rc == -EINVAL);
	rc = shmbox_get(&map, &(struct shmbox_field){ 0 }, got);
	assert(rc == -EINVAL);
	rc = shmbox_update(&map, &(struct shmbox_field){ 0 }, SHMBOX_SET, all, NULL);
	assert(rc == -EINVAL);
	rc = shmbox_exchange(&map, &(struct shmbox_field){ 0 },
	                     &(struct shmbox_swap){ 0 });
	assert(rc == -EINVAL);
	rc = shmbox_get(
		&map,
		&(struct shmbox_field){ .width = 2, .offset = SIZE - 2, .count = 2 },
		got);
	assert(rc == -ERANGE);
	rc = shmbox_get(
		&map, &(struct shmbox_field){ .width = 8, .count = UINT64_MAX / 4 }, got);
	assert(rc == -ERANGE);
	rc = shmbox_get(&map,
	                &(struct shmbox_field){
				.width = 4, .offset = 1, .count = 2, .tear = true },
	                got);
	assert(rc == 0);
	rc = shmbox_attach(id, SHMBOX_READ_ONLY, &reader);
	assert(rc == 0);
	/* no width is read by an instruction that writes */
	assert(shmbox_write(&map, 4096, &ones, 8) == 8);
	for (unsigned width = 1; width <= 8; width *= 2) {
		rc = shmbox_get(&reader,
		                &(struct shmbox_field){
					.width = width, .offset = 4096, .count = 1 },
		                got);
		assert(rc == 0 && got[0] == ones >> (64 - 8 * width));
	}
	rc = shmbox_update(&reader, &(struct shmbox_field){ .width = 4, .count = 1 },
	                   SHMBOX_SET, all, NULL);
	assert(rc == -EACCES);
	rc = shmbox_exchange(&reader, &(struct shmbox_field){ .width = 4, .count = 1 },
	                     &(struct shmbox_swap){ .expected = 0, .value = 0 });
	assert(rc == -EACCES);
	shmbox_detach(&reader);
	shmbox_detach(&map);
	destroy(id);
}

static int exchange(const struct shmbox_map *map, const struct shmbox_field *field,
                    uint64_t expected, uint64_t value)
{
	const struct shmbox_swap swap = { .expected = expected, .value = value };

	return shmbox_exchange(map, field, &swap);
}

/* What a field of one byte cannot contain is refused, and changes nothing. */
static void numbers_have_to_fit(void)
{
	static const struct shmbox_field u8 = { .width = 1, .count = 2 };
	static const struct shmbox_field i8 = { .kind = SHMBOX_SIGNED,
		                                .width = 1,
		                                .count = 1 };
	static const struct shmbox_field one = { .width = 1, .count = 1 };
	static const struct shmbox_field odd = { .kind = (enum shmbox_kind)99,
		                                 .width = 4,
		                                 .count = 1 };
	static const uint64_t minus = UINT64_MAX; /* -1 */
	static const uint64_t large[] = { 1, 256 };
	static const uint64_t high = 255;
	int id = make(SIZE);
	struct shmbox_map map = attach(id);
	uint64_t got[2] = { 1, 1 };

	for (enum shmbox_change_by by = SHMBOX_SET; by <= SHMBOX_XOR; by++) {
		assert(shmbox_update(&map, &u8, by, large, got) == -ERANGE);
		assert(shmbox_update(&map, &one, by, &minus, NULL) == -ERANGE);
		assert(shmbox_update(&map, &i8, by, &high, NULL) ==
		       (by > SHMBOX_SUBTRACT ? 0 : -ERANGE));
		assert(shmbox_update(&map, &i8, SHMBOX_SET, &minus, got) == 0);
		assert(got[0] == minus);
		got[0] = 0;
		assert(shmbox_update(&map, &i8, SHMBOX_SET, got, NULL) == 0);
	}
	/* 256 is not the 0 that is there */
	assert(exchange(&map, &one, 256, 1) == -ERANGE);
	assert(exchange(&map, &one, 0, 256) == -ERANGE);
	assert(exchange(&map, &one, 0, minus) == -ERANGE);
	assert(exchange(&map, &i8, 0, 128) == -ERANGE);
	assert(shmbox_update(&map, &one, (enum shmbox_change_by)99, large, NULL) ==
	       -EINVAL);
	assert(shmbox_update(&map, &odd, SHMBOX_SET, large, NULL) == -EINVAL);
	assert(exchange(&map, &odd, 0, 1) == -EINVAL);
	assert(shmbox_get(&map, &odd, got) == -EINVAL);
	assert(shmbox_get(&map, &u8, got) == 0 && got[0] == 0 && got[1] == 0);
	shmbox_detach(&map);
	destroy(id);
}

/* Flags and modes that there are not. */
static void refuses_unknown_bits(void)
{
	const struct shmbox_spec spec = { .size = SIZE, .mode = 07777 };
	const struct shmbox_change change = { .set_mode = true, .mode = 07777 };
	const struct shmbox_spec fine = { .size = SIZE, .mode = 0600 };
	struct shmbox_job job = { .length = 1, .fd = 1, .flags = 1 << 30 };
	struct steps steps = { 0 };
	int id = make(SIZE);
	struct shmbox_map map;
	bool created;

	assert(shmbox_create(&spec) == -EINVAL);
	assert(shmbox_obtain(&spec, &created) == -EINVAL && !created);
	assert(shmbox_would_fit(SHMBOX_CREATE, &spec) == -EINVAL);
	assert(shmbox_would_fit(SHMBOX_STAT, &fine) == -EINVAL);
	assert(shmbox_set(id, &change) == -EINVAL && look(id).mode == 0600);
	assert(shmbox_attach(id, 4, &map) == -EINVAL && look(id).attached == 0);
	map = attach(id);
	assert(shmbox_send(&map, &job) == -EINVAL);
	assert(shmbox_receive(&map, &job) == -EINVAL);
	assert(shmbox_wipe(&map, &job) == -EINVAL);
	assert(shmbox_populate(&map, &job) == -EINVAL);
	assert(shmbox_walk(&map, &job, step, &steps) == -EINVAL && !steps.calls);
	assert(shmbox_compare(&map, &job) == -EINVAL && job.done == 0);
	errno = 0;
	assert(!shmbox_fopen(id, "rx") && errno == EINVAL);
	errno = 0;
	assert(!shmbox_fopen(id, "") && errno == EINVAL);
	shmbox_detach(&map);
	destroy(id);
}

static void floats(void)
{
	int id = make(SIZE);
	struct shmbox_map map = attach(id);
	const struct shmbox_field field = { .kind = SHMBOX_FLOAT,
		                            .width = 8,
		                            .count = 1 };
	double number = 0.5;
	uint64_t bits;
	int rc;

	memcpy(&bits, &number, sizeof(bits));
	rc = shmbox_update(&map, &field, SHMBOX_ADD, &bits, NULL);
	assert(rc == 0);
	rc = shmbox_update(&map, &field, SHMBOX_ADD, &bits, &bits);
	assert(rc == 0);
	memcpy(&number, &bits, sizeof(bits));
	assert(number == 1);
	rc = shmbox_update(&map, &field, SHMBOX_OR, &bits, NULL);
	assert(rc == -EINVAL);
	shmbox_detach(&map);
	destroy(id);
}

static struct shmbox_map raced;

static void *count_up(void *unused)
{
	static const unsigned widths[] = { 1, 2, 4, 8 };
	const uint64_t one = 1;

	for (int i = 0; i < 20000; i++) {
		for (unsigned j = 0; j < 4; j++) {
			const struct shmbox_field field = {
				.width = widths[j],
				.swapped = i & 1,
				.offset = widths[j] * 2 + (i & 1) * widths[j],
				.count = 1,
			};

			if (shmbox_update(&raced, &field, SHMBOX_ADD, &one, NULL) < 0)
				return &raced;
		}
	}
	return unused;
}

static void loses_no_update(void)
{
	pthread_t threads[THREADS];
	uint64_t got[2];
	int id = make(SIZE);

	raced = attach(id);
	for (int i = 0; i < THREADS; i++)
		pthread_create(&threads[i], NULL, count_up, NULL);
	for (int i = 0; i < THREADS; i++) {
		void *failed = NULL;

		pthread_join(threads[i], &failed);
		assert(!failed);
	}
	for (unsigned width = 1; width <= 8; width *= 2) {
		uint64_t mask = UINT64_MAX >> (64 - 8 * width);
		struct shmbox_field field = { .width = width,
			                      .offset = width * 2,
			                      .count = 1 };

		shmbox_get(&raced, &field, got);
		field.swapped = true;
		field.offset += width;
		shmbox_get(&raced, &field, got + 1);
		assert(got[0] == (THREADS * 10000 & mask));
		assert(got[1] == got[0]);
	}
	shmbox_detach(&raced);
	destroy(id);
}

static int is_two(void *data)
{
	static const struct shmbox_field field = { .width = 4, .offset = 8, .count = 1 };
	uint64_t number = 0;
	int rc = shmbox_get(data, &field, &number);

	return rc < 0 ? rc : number == 2 ? 5 : 0;
}

/* Whether a thread of ours sleeps in the kernel. */
static bool sleeps(pid_t thread)
{
	char name[64];
	char text[256];
	size_t length;
	FILE *file;

	snprintf(name, sizeof(name), "/proc/self/task/%d/stat", (int)thread);
	file = fopen(name, "re");
	assert(file);
	length = fread(text, 1, sizeof(text) - 1, file);
	fclose(file);
	text[length] = '\0';
	return strstr(text, ") S ") != NULL;
}

static void *poke_two(void *data)
{
	static const struct shmbox_field field = { .width = 4, .offset = 8, .count = 1 };
	const uint64_t two = 2;

	while (!sleeps(getpid()))
		usleep(1000);
	shmbox_update(data, &field, SHMBOX_SET, &two, NULL);
	return NULL;
}

static void waits(void)
{
	int id = make(SIZE);
	struct shmbox_map map = attach(id);
	struct shmbox_watch watch = {
		.look = is_two,
		.data = &map,
		.timeout = 20000000,
		.map = &map,
		.wakeable = true,
		.word = 8,
	};
	pthread_t thread;
	int rc = shmbox_wait(&watch);

	assert(rc == -ETIMEDOUT);
	watch.timeout = SHMBOX_FOREVER;
	pthread_create(&thread, NULL, poke_two, &map);
	rc = shmbox_wait(&watch);
	assert(rc == 5);
	pthread_join(thread, NULL);
	rc = shmbox_wake(&map, 8, 4);
	assert(rc == 0);
	rc = shmbox_wake(&map, SIZE - 1, 2);
	assert(rc == -ERANGE);
	shmbox_write(&map, 8, "1234", 4);
	rc = shmbox_remove(id);
	assert(rc == 1);
	/* it was marked before, and only we have it */
	rc = shmbox_wait(&watch);
	assert(rc == -ENOENT);
	rc = shmbox_exchange(&map, &(struct shmbox_field){ .width = 4, .count = 1 },
	                     &(struct shmbox_swap){ .expected = 1,
	                                            .value = 0,
	                                            .timeout = SHMBOX_FOREVER });
	assert(rc == -ENOENT);
	shmbox_detach(&map);
}

static void waits_for_nothing_unasked(void)
{
	int id = make(SIZE);
	struct shmbox_map map = attach(id);
	struct shmbox_watch watch = { 0 };
	int rc = shmbox_wait(&watch);

	assert(rc == -EINVAL);
	watch.look = is_two;
	watch.data = &map;
	rc = shmbox_wait(&watch);
	assert(rc == -ETIMEDOUT);
	watch.wakeable = true;
	rc = shmbox_wait(&watch);
	assert(rc == -EINVAL);
	watch.map = &map;
	rc = shmbox_wait(&watch);
	assert(rc == -ETIMEDOUT);
	watch.word = 2;
	rc = shmbox_wait(&watch);
	assert(rc == -EINVAL);
	watch.word = SIZE;
	rc = shmbox_wait(&watch);
	assert(rc == -EINVAL);
	watch.word = 0;
	watch.flags = ~0U;
	rc = shmbox_wait(&watch);
	assert(rc == -EINVAL);
	rc = shmbox_exchange(
		&map, &(struct shmbox_field){ .width = 4, .count = 1 },
		&(struct shmbox_swap){ .expected = 0, .value = 0, .flags = ~0U });
	assert(rc == -EINVAL);
	/* no removal ends a wait that has neither map nor info */
	rc = shmbox_remove(id);
	assert(rc == 1);
	watch = (struct shmbox_watch){ .look = is_two, .data = &map };
	rc = shmbox_wait(&watch);
	assert(rc == -ETIMEDOUT);
	shmbox_detach(&map);
}

/* How often a process has gone to sleep. */
static long sleeps_of(pid_t pid)
{
	char line[128];
	long count = 0;
	FILE *file;

	snprintf(line, sizeof(line), "/proc/%d/status", (int)pid);
	file = fopen(line, "re");
	assert(file);
	while (fgets(line, sizeof(line), file))
		sscanf(line, "voluntary_ctxt_switches: %ld", &count);
	fclose(file);
	return count;
}

/* Marks the segment while the other process waits, and writes 2 after it has looked again. */
static void mark_then_poke(const struct shmbox_map *map, pid_t other)
{
	static const struct shmbox_field field = { .width = 4, .offset = 8, .count = 1 };
	const uint64_t two = 2;
	long slept = sleeps_of(other) + 2;

	while (sleeps_of(other) < slept)
		usleep(1000);
	shmbox_remove(map->id);
	slept = sleeps_of(other) + 2;
	while (sleeps_of(other) < slept && kill(other, 0) == 0)
		usleep(1000);
	shmbox_update(map, &field, SHMBOX_SET, &two, NULL);
}

/* All have attached it, and one of them marks it, so that it goes with the last of them. */
static void waits_despite_a_mark(void)
{
	const struct shmbox_field field = { .width = 4, .offset = 8, .count = 1 };
	int id = make(SIZE);
	struct shmbox_map map = attach(id);
	pid_t parent = getpid();
	pid_t child = fork();
	int status;
	int rc;

	if (child == 0) {
		mark_then_poke(&map, parent);
		_exit(0);
	}
	rc = shmbox_exchange(&map, &field,
	                     &(struct shmbox_swap){ .expected = 2,
	                                            .value = 3,
	                                            .timeout = SHMBOX_FOREVER,
	                                            .flags = SHMBOX_DESPITE_MARK });
	assert(rc == 0);
	assert(waitpid(child, &status, 0) == child && status == 0);
	rc = shmbox_exchange(&map, &field,
	                     &(struct shmbox_swap){ .expected = 2,
	                                            .value = 3,
	                                            .timeout = SHMBOX_FOREVER,
	                                            .flags = SHMBOX_DESPITE_MARK });
	assert(rc == -ENOENT);
	shmbox_detach(&map);
}

static uint64_t digest_of(const struct shmbox_map *map, uint64_t offset, uint64_t length)
{
	uint64_t digest = 0;
	int rc = shmbox_digest(map, offset, length, &digest);

	assert(rc == 0);
	return digest;
}

static void digests(void)
{
	enum { LARGE = 300000 };
	char byte = 1;
	char zero = 0;
	int id = make(LARGE);
	struct shmbox_map map = attach(id);

	/* every byte counts, holes are zeros, and what is outside does not count */
	for (uint64_t offset = 0; offset < 16; offset += 3) {
		uint64_t length = LARGE - 32 + offset % 5;
		uint64_t before = digest_of(&map, offset, length);

		for (uint64_t at = 0; at < LARGE;
		     at += at < 100 || at > LARGE - 100 ? 1 : 65521) {
			bool inside = at >= offset && at < offset + length;

			shmbox_write(&map, at, &byte, 1);
			assert((digest_of(&map, offset, length) != before) == inside);
			shmbox_write(&map, at, &zero, 1);
			assert(digest_of(&map, offset, length) == before);
		}
		shmbox_wipe(&map, &(struct shmbox_job){ .length = LARGE,
		                                        .flags = SHMBOX_RELEASE });
	}
	assert(shmbox_digest(&map, LARGE, 1, &(uint64_t){ 0 }) == -ERANGE);
	shmbox_detach(&map);
	destroy(id);
}

static const struct {
	const char *name;
	void (*run)(void);
} tests[] = {
	{ "greets", greets },
	{ "creates", creates },
	{ "opens", opens },
	{ "destroys", destroys },
	{ "attaches", attaches },
	{ "reads_and_writes_at_offsets", reads_and_writes_at_offsets },
	{ "streams", streams },
	{ "streams_end_where_the_segment_ends", streams_end_where_the_segment_ends },
	{ "streams_have_modes", streams_have_modes },
	{ "does_what_shmtool_did", does_what_shmtool_did },
	{ "reads_segment_0", reads_segment_0 },
	{ "moves_bytes_through_descriptors", moves_bytes_through_descriptors },
	{ "populates", populates },
	{ "moves_much_and_is_watched", moves_much_and_is_watched },
	{ "sends_to_pipes_that_do_not_block", sends_to_pipes_that_do_not_block },
	{ "ends_jobs", ends_jobs },
	{ "continues_jobs", continues_jobs },
	{ "receives_sparsely", receives_sparsely },
	{ "what_is_read_only_stays_as_it_is", what_is_read_only_stays_as_it_is },
	{ "wipes", wipes },
	{ "walks", walks },
	{ "numbers", numbers },
	{ "numbers_have_to_fit", numbers_have_to_fit },
	{ "refuses_unknown_bits", refuses_unknown_bits },
	{ "floats", floats },
	{ "loses_no_update", loses_no_update },
	{ "waits", waits },
	{ "waits_for_nothing_unasked", waits_for_nothing_unasked },
	{ "waits_despite_a_mark", waits_despite_a_mark },
	{ "digests", digests },
	{ "leaves_closed_streams_closed", leaves_closed_streams_closed },
	{ "borrows", borrows },
	{ "freezes", freezes },
	{ "leaves_nothing_frozen", leaves_nothing_frozen },
	{ "compares", compares },
	{ "counts_kills", counts_kills },
	{ "is_expendable", is_expendable },
	{ "lists", lists },
	{ "changes", changes },
	{ "makes_keys", makes_keys },
	{ "knows_limits", knows_limits },
	{ "what_is_not_there_is_enoent", what_is_not_there_is_enoent },
	{ "has_words", has_words },
	{ "explains_sizes", explains_sizes },
	{ "explains_shmmni", explains_shmmni },
	{ "explains_shmall", explains_shmall },
	{ "explains_ids", explains_ids },
	{ "explains_huge_pages", explains_huge_pages },
	{ "explains_rights", explains_rights },
	{ "finds_holders", finds_holders },
	{ "finds_what_a_process_holds", finds_what_a_process_holds },
	{ "tells_for_how_long_it_was_idle", tells_for_how_long_it_was_idle },
	{ "judges", judges },
	{ "judges_what_is_there", judges_what_is_there },
	{ "knows_whose_a_process_is", knows_whose_a_process_is },
	{ "watches_processes", watches_processes },
	{ "a_process_may_outlive_its_main_thread",
	  a_process_may_outlive_its_main_thread },
	{ "any_thread_may_call", any_thread_may_call },
};

int main(int argc, char **argv)
{
	if (argc == 3 && strcmp(argv[1], "enters") == 0) {
		enters((pid_t)strtol(argv[2], NULL, 10));
		return 0;
	}
	if (argc == 3 && strcmp(argv[1], "visits") == 0) {
		visits((pid_t)strtol(argv[2], NULL, 10));
		return 0;
	}
	if (argc == 3 && strcmp(argv[1], "visits_as_a_thread") == 0) {
		visits_as_a_thread((pid_t)strtol(argv[2], NULL, 10));
		return 0;
	}
	for (size_t i = 0; i < sizeof(tests) / sizeof(*tests); i++) {
		if (argc == 1)
			puts(tests[i].name);
		else if (strcmp(argv[1], tests[i].name) == 0) {
			tests[i].run();
			return 0;
		}
	}
	return argc != 1;
}
