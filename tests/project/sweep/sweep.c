/*
 * sweep.c - every system call of the program fails once
 *
 * usage: sweep PROGRAM CASES DIRECTORY [JOBS [SAMPLE SEED]]
 *        sweep PROGRAM CASES DIRECTORY NAME CALL ERROR
 *        sweep PROGRAM CASES DIRECTORY NAME calls
 *        sweep command STATUS
 *
 * A case is a line of sweep.cases: a command line, what there is before it, and what is asked
 * of it. It is run unharmed first, to see which system calls it makes and what it does. Then
 * it is run once for each of these calls and each way in which that call can fail
 * (sweep-calls.c). With SAMPLE only so many of these runs are made, chosen by SEED.
 *
 * Whatever fails, a run ends by itself and not by a signal, with a status that it may have and
 * a message, and leaves no process, no stopped process, and only the segments that its status
 * promises. With the status of the unharmed run it has done and printed the same.
 *
 * CALL is a number, or 1.7 for the 7th call of the first child. "command" is what stands for
 * the COMMAND of shmattach: it looks at what it has inherited.
 */

#include <ctype.h>
#include <dirent.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sweep.h"

enum { TESTS = 256, TEXT = 4096, SHOWN = 300, USAGE = 2, TIMED_OUT = 124, BEFORE = 125 };

/* What all workers add to. */
struct sums {
	int runs;
	int faults;
	int missed; /* the call was not made that time */
};

struct sweep {
	const char *program;
	const char *self;
	const char *directory;
	struct test tests[TESTS];
	int count;
	struct sums *sums;
};

/* A test, and how it goes when nothing fails. */
struct basis {
	const struct test *test;
	char before[STATE];
	struct outcome outcome;
	struct calls calls;
};

_Noreturn void broken(const char *what)
{
	err(USAGE, "sweep is broken: %s", what);
}

/* ---- the COMMAND ---- */

static int be_the_command(int status)
{
	DIR *directory = opendir("/proc/self/fd");
	struct dirent *entry;

	while (directory && (entry = readdir(directory))) {
		char path[64];
		char target[256];
		int fd = atoi(entry->d_name);
		ssize_t length;

		snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
		length = readlink(path, target, sizeof(target) - 1);
		if (fd > 2 && fd != dirfd(directory))
			printf("inherited %d: %.*s\n", fd, (int)length, target);
	}
	if (directory)
		closedir(directory);
	printf("command ran: %s %s\n", getenv("SHM_ID"), getenv("SHM_SIZE"));
	return fflush(stdout) == 0 ? status : 1;
}

/* ---- the cases ---- */

static void split(char *text, const char *by, char **words)
{
	char *rest = text;
	char *word;
	int count = 0;

	while (count < WORDS && (word = strtok_r(rest, by, &rest)))
		words[count++] = word;
	words[count < WORDS ? count : WORDS - 1] = NULL;
}

static bool read_test(struct test *test)
{
	char *rest = test->line;
	char *setup;
	char *judged;

	test->name = strtok_r(rest, " \n", &rest);
	if (!test->name || *test->name == '#')
		return false;
	setup = strtok_r(rest, " ", &rest);
	judged = strtok_r(rest, " ", &rest);
	split(setup, ",", test->setup);
	split(judged, ",", test->judged);
	split(rest, " \n", test->words);
	if (!test->words[0])
		errx(USAGE, "%s: not a case", test->name);
	return true;
}

static void read_tests(struct sweep *sweep, const char *path)
{
	FILE *file = fopen(path, "re");

	if (!file)
		err(USAGE, "%s", path);
	while (sweep->count < TESTS &&
	       fgets(sweep->tests[sweep->count].line, sizeof(sweep->tests->line), file)) {
		if (read_test(&sweep->tests[sweep->count]))
			sweep->count++;
	}
	fclose(file);
}

static const struct test *find_test(const struct sweep *sweep, const char *name)
{
	for (int i = 0; i < sweep->count; i++) {
		if (strcmp(sweep->tests[i].name, name) == 0)
			return &sweep->tests[i];
	}
	errx(USAGE, "%s: no such case", name);
}

/* ---- the judge ---- */

static bool says(char verdict[TEXT], const char *format, ...)
{
	va_list list;

	va_start(list, format);
	vsnprintf(verdict, TEXT, format, list);
	va_end(list);
	return false;
}

/* What may differ from run to run becomes one word: ages, times, names of namespaces. */
static void plain_token(char *token)
{
	char *value = strchr(token, ':') ? strchr(token, ':') + 1 : token;
	size_t digits = strspn(value, "0123456789");
	bool ages =
		strncmp(token, "\"age\":", 6) == 0 || strncmp(token, "\"idle\":", 7) == 0;

	if (strspn(token, "0123456789") == 4 && token[4] == '-' && strchr(token, 'T'))
		strcpy(token, "TIME");
	if (digits == 0)
		return;
	if (ages || strcmp(value + digits, "s") == 0)
		strcpy(value, "A");
	else if (digits >= 10)
		strcpy(value, *value == '4' ? "NAMESPACE" : "TIME");
}

/* The same, or not known. */
static bool same_cell(const char *wanted, const char *got)
{
	const char *value = strchr(got, ':') ? strchr(got, ':') + 1 : got;

	if (strcmp(wanted, got) == 0)
		return true;
	if (strncmp(wanted, got, (size_t)(value - got)) != 0)
		return false;
	wanted += value - got;
	return strncmp(value, "null", 4) == 0 || strcmp(value, "?") == 0 ||
	       /* a number is the name of a user whose name cannot be found */
	       (strcmp(wanted, "root") == 0 && strcmp(value, "0") == 0) ||
	       (strcmp(wanted, "\"root\"") == 0 && strcmp(value, "\"0\"") == 0);
}

/* Any process of a namespace stands for it, and any living one for a segment in use. */
static bool is_as_good(const char *wanted, const char *got, const char *before)
{
	static const char in_json[] = "\"nspid\":";

	if (strncmp(wanted, in_json, strlen(in_json)) == 0)
		return strncmp(got, in_json, strlen(in_json)) == 0;
	return (strcmp(before, "nspid:") == 0 || strcmp(before, "NAMESPACE") == 0) &&
	       strspn(got, "0123456789") == strlen(got);
}

static char *next_token(char **rest)
{
	char *token = strtok_r(*rest, " \t\n,", rest);

	if (token)
		plain_token(token);
	return token;
}

/* Of a segment in use each reason is right: these words of JSON are passed over. */
static bool skip_reasons(char **wanted, char **got, char **rest_wanted, char **rest_got)
{
	static const char alive[] = "\"reason\":\"creator";
	static const char recent[] = "\"reason\":\"used";

	if (!*wanted || !*got || strcmp(*wanted, alive) != 0 || strcmp(*got, recent) != 0)
		return false;
	while (*wanted && (*wanted)[strlen(*wanted) - 1] != '"')
		*wanted = next_token(rest_wanted);
	while (*got && (*got)[strlen(*got) - 1] != '"')
		*got = next_token(rest_got);
	return true;
}

/* Word by word: what is not known may be said to be unknown. */
static bool same_cells(const char *wanted, const char *got, char verdict[TEXT])
{
	char *left = strdup(wanted);
	char *right = strdup(got);
	char *rest_left = left;
	char *rest_right = right;
	char *pools;
	const char *before = "";
	bool same = true;

	if (!left || !right)
		broken("strdup");
	pools = strstr(left, "hugepages");
	/* of all pools of huge pages together nothing is known: one word for all their lines */
	if (pools &&
	    (strstr(got, "\nhugepages: ?\n") || strstr(got, "\"hugepages\":null")))
		*pools = *strstr(right, "hugepages") = '\0';
	while (same) {
		char *a = next_token(&rest_left);
		char *b = next_token(&rest_right);

		if (!a && !b)
			break;
		same = skip_reasons(&a, &b, &rest_left, &rest_right) ||
		       (a && b && (same_cell(a, b) || is_as_good(a, b, before)));
		if (!same)
			says(verdict, "printed %s where %s was right, after \"%s\"",
			     b ? b : "nothing", a ? a : "nothing", before);
		before = a;
	}
	free(left);
	free(right);
	return same;
}

/* Of one moment: the words are all the same, or one more up to some place. */
static bool is_one_moment(const struct outcome *got, char verdict[TEXT])
{
	const uint64_t *words = (const uint64_t *)(const void *)got->out;
	size_t count = got->out_length / sizeof(*words);
	int steps = 0;

	for (size_t i = 1; i < count; i++) {
		if (words[i] == words[i - 1])
			continue;
		if (words[i] + 1 != words[i - 1] || ++steps > 1)
			return says(verdict, "printed words of several moments");
	}
	return true;
}

/* Whether less was done, or is shown, than was asked, and that is said on standard error. */
static bool is_noted(const struct basis *basis, const struct outcome *got)
{
	return has_word(basis->test->judged, "noted") && *got->err &&
	       strcmp(got->err, basis->outcome.err) != 0;
}

static bool same_output(const struct basis *basis, const struct outcome *got,
                        char verdict[TEXT])
{
	const struct outcome *wanted = &basis->outcome;

	if (is_noted(basis, got) || (has_word(basis->test->judged, "doubts") &&
	                             strstr(got->out, "processes are hidden")))
		return true;
	if (has_word(basis->test->judged, "moment")) {
		if (got->out_length != wanted->out_length)
			return says(verdict, "printed %zu bytes, not %zu",
			            got->out_length, wanted->out_length);
		return is_one_moment(got, verdict);
	}
	if (has_word(basis->test->judged, "cells"))
		return same_cells(wanted->out, got->out, verdict);
	if (got->out_length != wanted->out_length)
		return says(verdict, "printed %zu bytes, not %zu: %.*s", got->out_length,
		            wanted->out_length, SHOWN, got->out);
	for (size_t i = 0; i < got->out_length; i++) {
		if (got->out[i] != wanted->out[i])
			return says(verdict, "printed another byte at %zu: %.*s", i,
			            SHOWN, got->out);
	}
	return true;
}

/* Every line of standard error says who speaks, or is a hint. */
static bool speaks(const struct basis *basis, const struct outcome *got,
                   char verdict[TEXT])
{
	const char *name = basis->test->words[0];
	const char *line = got->err;

	while (*line) {
		const char *end = strchr(line, '\n');
		bool known = strncmp(line, "hint: ", 6) == 0 ||
		             (strncmp(line, name, strlen(name)) == 0 &&
		              line[strlen(name)] == ':');

		if (!end || !known)
			return says(verdict,
			            "a line of standard error is no message: %.*s", SHOWN,
			            line);
		line = end + 1;
	}
	return true;
}

/* Whether what failed was to write a message: nothing can be told then. */
static bool is_mute(const struct harm *harm)
{
	const struct call *call = harm->call;

	return call && (call->number == SYS_write || call->number == SYS_writev) &&
	       call->arguments[0] == STDERR_FILENO && harm->error != EINTR &&
	       harm->error != HALF;
}

static bool status_may_be(const struct basis *basis, int status, char verdict[TEXT])
{
	int wanted = WEXITSTATUS(basis->outcome.status);
	bool command = has_word(basis->test->judged, "command");
	char word[16];

	snprintf(word, sizeof(word), "or-%d", status);
	if (status == wanted || has_word(basis->test->judged, word))
		return true;
	if (status == 0)
		return says(verdict, "status 0, not %d", wanted);
	if (command && (status < BEFORE || status > BEFORE + 2))
		return says(verdict, "status %d is COMMAND's, not 125 to 127", status);
	/* no such segment, it exists, a guard refused: none of that is so */
	if (!command && status != 1 && status != 4 && status != 6)
		return says(verdict, "status %d, where a call has failed", status);
	return true;
}

static bool same_state(const struct basis *basis, const struct outcome *got, bool done,
                       char verdict[TEXT])
{
	const char *after = basis->outcome.state;
	const char *wanted = done ? after : basis->before;

	if (strcmp(got->state, wanted) == 0)
		return true;
	if ((done ? is_noted(basis, got) : strstr(got->err, "standard output") != NULL) &&
	    strcmp(basis->test->words[0], "shmcreate") != 0)
		return true;
	if (!done &&
	    (has_word(basis->test->judged, "any") ||
	     (has_word(basis->test->judged, "either") && strcmp(got->state, after) == 0)))
		return true;
	return says(verdict, "left\n%s, not\n%s", got->state, wanted);
}

static bool is_right(const struct basis *basis, const struct harm *harm,
                     const struct outcome *got, char verdict[TEXT])
{
	int wanted = WEXITSTATUS(basis->outcome.status);
	int status = WEXITSTATUS(got->status);

	if (got->late)
		return says(verdict, "it did not end within %u seconds", patience);
	if (WIFSIGNALED(got->status))
		return says(verdict, "signal %d ended it", WTERMSIG(got->status));
	if (*got->trouble)
		return says(verdict, "%s", got->trouble);
	if (strstr(got->out, "inherited"))
		return says(verdict, "%s", got->out);
	if (!status_may_be(basis, status, verdict) || !speaks(basis, got, verdict))
		return false;
	if (status != 0 && !*got->err && !is_mute(harm) &&
	    (status != wanted || *basis->outcome.err))
		return says(verdict, "status %d without a message", status);
	if (status != wanted && strstr(got->out, "command ran"))
		return says(verdict, "COMMAND ran, but the status is %d", status);
	if (!same_state(basis, got, status == wanted, verdict))
		return false;
	return status != wanted || same_output(basis, got, verdict);
}

/* ---- runs ---- */

static void print_call(const struct call *call)
{
	const struct kind *kind = kind_of(call->number);

	printf("  %d.%-4d %s(0x%llx, 0x%llx, 0x%llx, 0x%llx) = %ld\n", call->process,
	       call->nth, kind ? kind->name : "?", (unsigned long long)call->arguments[0],
	       (unsigned long long)call->arguments[1],
	       (unsigned long long)call->arguments[2],
	       (unsigned long long)call->arguments[3], call->result);
}

static void print_words(const struct basis *basis)
{
	for (char *const *word = basis->test->words; *word; word++)
		printf("%s%s", word == basis->test->words ? "" : " ", *word);
}

static void tell(const struct basis *basis, const struct harm *harm,
                 const struct outcome *got, const char *verdict)
{
	char copy[TEXT];

	printf("%s %d.%d %s: ", basis->test->name, harm->call ? harm->call->process : 0,
	       harm->call ? harm->call->nth : 0, error_name(harm->error));
	print_words(basis);
	snprintf(copy, sizeof(copy), "%s", verdict);
	if (harm->call)
		printf(": %s", kind_of(harm->call->number)->name);
	printf(": %s: status %d: %.*s\n", copy, WEXITSTATUS(got->status), SHOWN,
	       got->err);
	fflush(stdout);
}

static bool try(struct sweep *sweep, const struct basis *basis, const struct harm *harm)
{
	struct world world = {
		.test = basis->test,
		.program = sweep->program,
		.self = sweep->self,
		.directory = sweep->directory,
	};
	struct outcome outcome;
	char verdict[TEXT];
	bool right;

	run(&world, harm, NULL, &outcome);
	__atomic_fetch_add(&sweep->sums->runs, 1, __ATOMIC_RELAXED);
	if (harm->call && !outcome.harmed)
		__atomic_fetch_add(&sweep->sums->missed, 1, __ATOMIC_RELAXED);
	right = is_right(basis, harm, &outcome, verdict);
	if (!right) {
		__atomic_fetch_add(&sweep->sums->faults, 1, __ATOMIC_RELAXED);
		tell(basis, harm, &outcome, verdict);
	}
	outcome_free(&outcome);
	return right;
}

/* The number of the call after which the program's own begin: main() asks for descriptors. */
static int last_of_start(const struct calls *calls)
{
	for (int i = 0; i < calls->count; i++) {
		if (calls->list[i].number == SYS_fcntl)
			return calls->list[i].nth - 1;
	}
	return 0;
}

static void make_basis(struct sweep *sweep, const struct test *test, struct basis *basis)
{
	const struct harm none = { 0 };
	struct world world = {
		.test = test,
		.program = sweep->program,
		.self = sweep->self,
		.directory = sweep->directory,
	};

	*basis = (struct basis){ .test = test };
	world_make(&world);
	world_state(&world, basis->before);
	close(world.out);
	world_end(&world);
	run(&world, &none, &basis->calls, &basis->outcome);
	if (WEXITSTATUS(basis->outcome.status) >= 97 &&
	    WEXITSTATUS(basis->outcome.status) <= 99)
		errx(USAGE, "%s: cannot be run", sweep->program);
	/* the judge has to accept what nothing happened to */
	try(sweep, basis, &none);
}

static void free_basis(struct basis *basis)
{
	free(basis->calls.list);
	outcome_free(&basis->outcome);
}

/* Runs a test with each harm in turn; those which chosen() leaves out are not run. */
static void sweep_test(struct sweep *sweep, const struct basis *basis,
                       bool (*chosen)(void *data), void *data)
{
	int start = last_of_start(&basis->calls);

	for (int i = 0; i < basis->calls.count; i++) {
		const struct call *call = &basis->calls.list[i];
		struct harm harm = { .call = call };

		if (call->process == 0 && call->nth <= start)
			continue;
		if (!kind_of(call->number)) {
			printf("%s: call %ld is not in the table\n", basis->test->name,
			       call->number);
			__atomic_fetch_add(&sweep->sums->faults, 1, __ATOMIC_RELAXED);
			continue;
		}
		for (int j = 0; (harm.error = nth_error(call, j)); j++) {
			if (chosen(data))
				try(sweep, basis, &harm);
		}
	}
}

/* ---- who runs which ---- */

/* Of all harms, in their order: every one of a worker's, or those that a draw picks. */
struct choice {
	int worker;
	int workers;
	int next;
	uint64_t seed; /* 0: all */
	uint64_t sample;
	uint64_t all;
};

static uint64_t draw(uint64_t *seed)
{
	uint64_t x = *seed += 0x9e3779b97f4a7c15;

	x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9;
	x = (x ^ x >> 27) * 0x94d049bb133111eb;
	return x ^ x >> 31;
}

static bool choose(void *data)
{
	struct choice *choice = data;
	bool drawn = !choice->seed || draw(&choice->seed) % choice->all < choice->sample;

	return drawn && choice->next++ % choice->workers == choice->worker;
}

static bool count_only(void *data)
{
	(*(uint64_t *)data)++;
	return false;
}

static void work(struct sweep *sweep, struct choice *choice)
{
	struct basis *bases = calloc((size_t)sweep->count, sizeof(*bases));

	if (!bases)
		broken("calloc");
	for (int i = 0; i < sweep->count; i++) {
		make_basis(sweep, &sweep->tests[i], &bases[i]);
		sweep_test(sweep, &bases[i], count_only, &choice->all);
	}
	for (int i = 0; i < sweep->count; i++) {
		sweep_test(sweep, &bases[i], choose, choice);
		free_basis(&bases[i]);
	}
	free(bases);
}

/* "12" or "1.12", and "EIO". */
static void again(struct sweep *sweep, char **words)
{
	const struct test *test = find_test(sweep, words[0]);
	const char *point = words[1] ? strchr(words[1], '.') : NULL;
	int process = point ? atoi(words[1]) : 0;
	int nth = point ? atoi(point + 1) : words[1] ? atoi(words[1]) : 0;
	struct basis basis;
	struct outcome outcome;
	char verdict[TEXT] = "right";
	struct world world = {
		.test = test,
		.program = sweep->program,
		.self = sweep->self,
		.directory = sweep->directory,
	};

	make_basis(sweep, test, &basis);
	for (int i = 0; i < basis.calls.count; i++) {
		struct call *call = &basis.calls.list[i];
		struct harm harm = { call,
			             words[1] && words[2] ? error_number(words[2]) : 0 };

		print_call(call);
		if (call->process != process || call->nth != nth || !harm.error)
			continue;
		run(&world, &harm, NULL, &outcome);
		is_right(&basis, &harm, &outcome, verdict);
		printf("HERE: %s: %s%s\nstatus %d%s, printed %zu bytes: %.*s\nstandard "
		       "error: "
		       "%s\n%s",
		       words[2], verdict,
		       outcome.harmed ? "" : ", but the call was not made",
		       WEXITSTATUS(outcome.status),
		       WIFSIGNALED(outcome.status) ? " (a signal)" : "",
		       outcome.out_length, SHOWN, outcome.out, outcome.err,
		       outcome.state);
		outcome_free(&outcome);
	}
	printf("unharmed: status %d, printed %zu bytes: %.*s\nstandard error: %s\n%s",
	       WEXITSTATUS(basis.outcome.status), basis.outcome.out_length, SHOWN,
	       basis.outcome.out, basis.outcome.err, basis.outcome.state);
	free_basis(&basis);
}

/* Process 1 of namespaces of its own: whatever is left of a run becomes its child. */
static pid_t apart(struct sweep *sweep, struct choice *choice, char **words)
{
	char directory[512];
	pid_t pid = fork();
	int status = 0;

	if (pid != 0)
		return pid;
	if (unshare(CLONE_NEWPID | CLONE_NEWNS | CLONE_NEWIPC) < 0)
		broken("unshare");
	pid = fork();
	if (pid != 0) {
		waitpid(pid, &status, 0);
		_exit(WIFEXITED(status) ? WEXITSTATUS(status) : USAGE);
	}
	if (mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0 ||
	    mount("proc", "/proc", "proc", 0, NULL) < 0)
		broken("mount");
	snprintf(directory, sizeof(directory), "%s/%d", sweep->directory, choice->worker);
	if (mkdir(directory, 0755) < 0 && errno != EEXIST)
		broken(directory);
	sweep->directory = directory;
	if (words)
		again(sweep, words);
	else
		work(sweep, choice);
	fflush(stdout);
	_exit(0);
}

int main(int argc, char **argv)
{
	static struct sweep sweep;
	struct choice choice = { .workers = 1 };
	char self[512] = "";
	int status;
	int failed = 0;

	if (argc == 3 && strcmp(argv[1], "command") == 0)
		return be_the_command(atoi(argv[2]));
	if (argc < 4 || readlink("/proc/self/exe", self, sizeof(self) - 1) < 0)
		errx(USAGE, "usage: sweep PROGRAM CASES DIRECTORY [JOBS [SAMPLE SEED]]");
	if (getenv("SHMBOX_SWEEP_PATIENCE"))
		patience = (unsigned)atoi(getenv("SHMBOX_SWEEP_PATIENCE"));
	sweep.program = realpath(argv[1], NULL);
	if (!sweep.program)
		err(USAGE, "%s", argv[1]);
	sweep.self = self;
	sweep.directory = argv[3];
	sweep.sums = mmap(NULL, sizeof(*sweep.sums), PROT_READ | PROT_WRITE,
	                  MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	read_tests(&sweep, argv[2]);
	/* what is open here is nothing that a COMMAND could inherit from the program */
	for (int fd = 3; fd < 1024; fd++)
		fcntl(fd, F_SETFD, FD_CLOEXEC);
	setvbuf(stdout, NULL, _IOFBF, 65536);
	if (argc > 4 && !isdigit((unsigned char)*argv[4])) {
		apart(&sweep, &choice, argv + 4);
	} else {
		choice.workers = argc > 4 ? atoi(argv[4]) : 1;
		choice.sample = argc > 5 ? strtoull(argv[5], NULL, 10) : 0;
		choice.seed = argc > 6 ? strtoull(argv[6], NULL, 10) : 0;
		for (; choice.worker < choice.workers; choice.worker++)
			apart(&sweep, &choice, NULL);
	}
	while (wait(&status) > 0)
		failed |= status;
	printf("%d runs, %d wrong, %d did not make the call\n", sweep.sums->runs,
	       sweep.sums->faults, sweep.sums->missed);
	return failed ? USAGE : sweep.sums->faults > 0;
}
