/* SPDX-License-Identifier: MIT */
/* sweep-run.c - one run of the program under ptrace(2), with one system call that goes wrong */

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sweep.h"

enum { TRACED = 16, VECTORS = 64, PIECE = 65536, MANY = 500, MUCH = 67108864 };

unsigned patience = 180;

struct traced {
	pid_t pid;
	int process;
	int entries;
	bool inside;
	bool harmed;
	bool sleeps; /* in a call that waits for something */
	bool gone;   /* it has ended, or goes on by itself */
};

struct tracing {
	struct world *world;
	const struct harm *harm;
	struct calls *calls;
	struct outcome *outcome;
	pid_t program;
	bool ended; /* the program, and not what it has left */
	struct traced traced[TRACED];
	int count;
	int processes;
	/* what was changed in the memory of the program until its call has returned */
	uint64_t *put_back_at;
	long put_back;
};

/* The clock goes on ringing, so that no wait for a process can miss it. */
static volatile sig_atomic_t seconds;

static void tick(int number)
{
	(void)number;
	seconds++;
}

static void wake_up(int number)
{
	(void)number;
}

static void start_clock(void)
{
	const struct sigaction action = { .sa_handler = tick };
	const struct sigaction news = { .sa_handler = wake_up };
	const struct itimerval every = { { 1, 0 }, { 1, 0 } };
	sigset_t children;

	seconds = 0;
	sigaction(SIGALRM, &action, NULL);
	sigaction(SIGCHLD, &news, NULL);
	sigemptyset(&children);
	sigaddset(&children, SIGCHLD);
	sigprocmask(SIG_BLOCK, &children, NULL); /* but while ppoll(2) waits */
	setitimer(ITIMER_REAL, &every, NULL);
}

static bool is_late(void)
{
	return (unsigned)seconds > patience;
}

/* ---- calls ---- */

static struct traced *find(struct tracing *tracing, pid_t pid)
{
	for (int i = 0; i < tracing->count; i++) {
		if (tracing->traced[i].pid == pid)
			return &tracing->traced[i];
	}
	if (tracing->count == TRACED)
		broken("too many processes");
	tracing->traced[tracing->count] =
		(struct traced){ .pid = pid, .process = tracing->processes++ };
	return &tracing->traced[tracing->count++];
}

static struct call call_of(const struct traced *traced,
                           const struct user_regs_struct *regs)
{
	return (struct call){
		.process = traced->process,
		.nth = traced->entries,
		.number = (long)regs->orig_rax,
		.arguments = { regs->rdi, regs->rsi, regs->rdx, regs->r10, regs->r8,
		               regs->r9 },
	};
}

/* Whether a path is of the kernel's own, and no way to other files. */
static bool is_kernels(pid_t pid, uint64_t at)
{
	char path[64] = "";
	struct iovec here = { path, sizeof(path) - 1 };
	struct iovec there = { (void *)(uintptr_t)at, sizeof(path) - 1 };

	/* less than that may be mapped */
	while (there.iov_len > 0 && process_vm_readv(pid, &here, 1, &there, 1, 0) < 0)
		there.iov_len--;
	return (strncmp(path, "/proc/", 6) == 0 && !strstr(path, "/map_files") &&
	        !strstr(path, "/fd/")) ||
	       strncmp(path, "/sys/", 5) == 0;
}

/* Whether a descriptor is that of such a file. */
static bool has_kernels(const struct calls *calls, const struct call *call)
{
	for (int i = calls->count - 1; i >= 0; i--) {
		if (calls->list[i].process == call->process &&
		    calls->list[i].number == SYS_open &&
		    calls->list[i].result == (long)call->arguments[0])
			return calls->list[i].kernels;
	}
	return false;
}

static void note_call(struct calls *calls, struct call call)
{
	if (calls->count % 64 == 0) {
		calls->list = realloc(calls->list,
		                      (size_t)(calls->count + 64) * sizeof(*calls->list));
		if (!calls->list)
			broken("realloc");
	}
	calls->list[calls->count++] = call;
}

static void note_result(struct calls *calls, const struct traced *traced, long result)
{
	for (int i = calls->count - 1; i >= 0; i--) {
		if (calls->list[i].process == traced->process) {
			calls->list[i].result = result;
			return;
		}
	}
}

static unsigned long long *argument(struct user_regs_struct *regs, int nth)
{
	unsigned long long *const all[] = { &regs->rdi, &regs->rsi, &regs->rdx,
		                            &regs->r10, &regs->r8,  &regs->r9 };

	return all[nth];
}

/* So that an array of pieces of memory has that many bytes, and no more. */
static void shorten_vector(struct tracing *tracing, pid_t pid,
                           struct user_regs_struct *regs, size_t length)
{
	int nth = vector_argument((long)regs->orig_rax);
	struct iovec vectors[VECTORS];
	uint64_t at = *argument(regs, nth);
	size_t count = *argument(regs, nth + 1);
	struct iovec here = { vectors, count * sizeof(*vectors) };
	struct iovec there = { (void *)(uintptr_t)at, count * sizeof(*vectors) };
	size_t last = 0;

	if (count > VECTORS || process_vm_readv(pid, &here, 1, &there, 1, 0) < 0)
		broken("process_vm_readv");
	for (; last + 1 < count && vectors[last].iov_len < length; last++)
		length -= vectors[last].iov_len;
	*argument(regs, nth + 1) = last + 1;
	tracing->put_back_at = (uint64_t *)(uintptr_t)(at + last * sizeof(*vectors) +
	                                               offsetof(struct iovec, iov_len));
	tracing->put_back = (long)vectors[last].iov_len;
	ptrace(PTRACE_POKEDATA, pid, tracing->put_back_at, length);
}

/* Before the call: it gets a number that none has, or fewer bytes to move. */
static void harm_entry(struct tracing *tracing, struct traced *traced,
                       struct user_regs_struct *regs)
{
	size_t half = (size_t)tracing->harm->call->result / 2;

	traced->harmed = true;
	tracing->outcome->harmed = true;
	if (tracing->harm->error != HALF) {
		/* a descriptor is closed, whatever close(2) says */
		if (regs->orig_rax != SYS_close)
			regs->orig_rax = (unsigned long long)-1;
	} else if (length_argument((long)regs->orig_rax) >= 0) {
		*argument(regs, length_argument((long)regs->orig_rax)) = half;
	} else {
		shorten_vector(tracing, traced->pid, regs, half);
	}
	ptrace(PTRACE_SETREGS, traced->pid, NULL, regs);
}

static void harm_exit(struct tracing *tracing, struct traced *traced,
                      struct user_regs_struct *regs)
{
	traced->harmed = false;
	if (tracing->harm->error != HALF) {
		regs->rax = (unsigned long long)-tracing->harm->error;
		ptrace(PTRACE_SETREGS, traced->pid, NULL, regs);
	} else if (tracing->put_back_at) {
		ptrace(PTRACE_POKEDATA, traced->pid, tracing->put_back_at,
		       tracing->put_back);
	}
}

static bool is_target(const struct tracing *tracing, const struct traced *traced)
{
	const struct call *call = tracing->harm->call;

	return call && !tracing->outcome->harmed && call->process == traced->process &&
	       call->nth == traced->entries;
}

static bool has_events(const struct tracing *tracing)
{
	return tracing->world->events_done < tracing->world->event_count;
}

static void entry(struct tracing *tracing, struct traced *traced)
{
	struct user_regs_struct regs;
	struct call call;

	traced->entries++;
	if (!tracing->calls && traced->process == 0 && !has_events(tracing) &&
	    !is_target(tracing, traced))
		return;
	ptrace(PTRACE_GETREGS, traced->pid, NULL, &regs);
	call = call_of(traced, &regs);
	traced->sleeps = sleeps(&call);
	if (tracing->calls) {
		call.kernels = call.number == SYS_open
		                       ? is_kernels(traced->pid, call.arguments[0])
		                       : has_kernels(tracing->calls, &call);
		note_call(tracing->calls, call);
	}
	if (has_events(tracing) && traced->process == 0 && sleeps(&call))
		world_event(tracing->world, tracing->program);
	if (is_target(tracing, traced) && tracing->harm->call->number == call.number)
		harm_entry(tracing, traced, &regs);
}

static void leave(struct tracing *tracing, struct traced *traced)
{
	struct user_regs_struct regs;

	traced->sleeps = false;
	if (!tracing->calls && !traced->harmed)
		return;
	ptrace(PTRACE_GETREGS, traced->pid, NULL, &regs);
	if (traced->harmed)
		harm_exit(tracing, traced, &regs);
	if (tracing->calls)
		note_result(tracing->calls, traced, (long)regs.rax);
}

/*
 * Whether nothing is to be seen any more: then it goes on by itself, and faster. What will hold
 * in the background is seen until it waits, unless that takes MANY calls: without
 * close_range(2) it closes each descriptor that there may be.
 */
static bool is_done(const struct tracing *tracing, const struct traced *traced)
{
	return !tracing->calls && tracing->outcome->harmed && !traced->harmed &&
	       !has_events(tracing) &&
	       (traced->entries > MANY ||
	        !has_word(tracing->world->test->judged, "background"));
}

static bool has_live(const struct tracing *tracing)
{
	for (int i = 0; i < tracing->count; i++) {
		if (!tracing->traced[i].gone &&
		    !(tracing->ended && tracing->traced[i].sleeps))
			return true;
	}
	return false;
}

static void stopped(struct tracing *tracing, pid_t pid, int status)
{
	struct traced *traced = find(tracing, pid);
	int event = status >> 16;
	int number = WSTOPSIG(status);
	unsigned long child = 0;
	bool becomes = event == PTRACE_EVENT_EXEC && traced->process > 0;

	if (event == 0 && number == (SIGTRAP | 0x80)) {
		traced->inside = !traced->inside;
		if (traced->inside)
			entry(tracing, traced);
		else
			leave(tracing, traced);
	} else if (event == PTRACE_EVENT_EXEC) {
		traced->inside = true;
	} else if (event == PTRACE_EVENT_FORK || event == PTRACE_EVENT_VFORK ||
	           event == PTRACE_EVENT_CLONE) {
		/* it is there from now on, even if it has not stopped yet */
		ptrace(PTRACE_GETEVENTMSG, pid, NULL, &child);
		find(tracing, (pid_t)child);
	}
	if (event || number == (SIGTRAP | 0x80))
		number = 0;
	/* what a COMMAND does is its own */
	traced->gone = becomes || is_done(tracing, traced);
	if (traced->gone)
		ptrace(PTRACE_DETACH, pid, NULL, number);
	else
		ptrace(PTRACE_SYSCALL, pid, NULL, number);
}

/* ---- output ---- */

/* What is in the pipe by now. */
static void drain(const struct world *world, struct outcome *outcome)
{
	ssize_t got;

	if (world->out_reader < 0)
		return;
	do {
		outcome->out = realloc(outcome->out, outcome->out_length + PIECE);
		if (!outcome->out)
			broken("realloc");
		got = read(world->out_reader, outcome->out + outcome->out_length, PIECE);
		if (got > 0)
			outcome->out_length += (size_t)got;
	} while (got > 0 && outcome->out_length < MUCH);
}

static char *contents(int fd, size_t *length)
{
	off_t end = lseek(fd, 0, SEEK_END);
	char *bytes = malloc((size_t)end + 1);

	if (!bytes || pread(fd, bytes, (size_t)end, 0) != end)
		broken("contents");
	bytes[end] = '\0';
	*length = (size_t)end;
	return bytes;
}

/* ---- what is left ---- */

static void say_trouble(struct outcome *outcome, const char *format, int pid)
{
	size_t used = strlen(outcome->trouble);

	snprintf(outcome->trouble + used, sizeof(outcome->trouble) - used, format, pid);
}

static bool is_helper(const struct world *world, pid_t pid)
{
	for (int i = 0; i < world->helper_count; i++) {
		if (world->helpers[i] == pid)
			return true;
	}
	return false;
}

/* Reaps what has ended, and lists the others but for the helpers. */
static int find_left(const struct world *world, pid_t left[LEFT])
{
	DIR *directory = opendir("/proc");
	struct dirent *entry;
	int count = 0;

	if (!directory)
		broken("/proc");
	while ((entry = readdir(directory)) && count < LEFT) {
		pid_t pid = atoi(entry->d_name);

		if (pid > 1 && !is_helper(world, pid) && waitpid(pid, NULL, WNOHANG) <= 0)
			left[count++] = pid;
	}
	closedir(directory);
	return count;
}

/* Until as many processes are left as should be, and a moment for those that are ending. */
static void await_left(const struct world *world, int wanted, pid_t left[LEFT],
                       struct outcome *outcome)
{
	while ((outcome->left = find_left(world, left)) > wanted && !is_late())
		poll(NULL, 0, 1);
}

static char state_of(pid_t pid)
{
	char path[64];
	char text[256] = "";
	FILE *file;
	const char *at;

	snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	file = fopen(path, "re");
	if (!file)
		return 'X';
	if (!fgets(text, sizeof(text), file))
		*text = '\0';
	fclose(file);
	at = strrchr(text, ')');
	return at ? at[2] : 'X';
}

/* Every helper goes on as before. */
static void judge_helpers(const struct world *world, struct outcome *outcome)
{
	for (int i = 0; i < world->helper_count; i++) {
		pid_t pid = world->helpers[i];

		if (pid <= 0)
			continue;
		while (strchr("tT", state_of(pid)) && !is_late())
			poll(NULL, 0, 1);
		if (!strchr("SRD", state_of(pid)))
			say_trouble(outcome,
			            "process %d was left stopped, or has ended; ", pid);
	}
}

static unsigned long mapped(pid_t pid)
{
	char path[64];
	char line[512];
	unsigned long count = 0;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/maps", (int)pid);
	file = pid > 0 ? fopen(path, "re") : NULL;
	while (file && fgets(line, sizeof(line), file))
		count += strstr(line, "/SYSV") != NULL;
	if (file)
		fclose(file);
	return count;
}

/*
 * What is attached is what these processes have mapped. A process that has ended may be
 * counted for a while, if another looked into it just then.
 */
static void settle(const struct world *world, pid_t other, char state[STATE])
{
	unsigned long wanted;

	do {
		wanted = mapped(other);
		for (int i = 0; i < world->helper_count; i++)
			wanted += mapped(world->helpers[i]);
		if (has_word(world->test->setup, "elsewhere") ||
		    world_state(world, state) == wanted)
			break;
		poll(NULL, 0, 1);
	} while (!is_late());
	world_state(world, state);
}

/* One that holds in the background ends when it is told to, and with it its segment. */
static void end_background(struct world *world, pid_t pid, struct outcome *outcome)
{
	pid_t left[LEFT];
	char state[STATE];

	kill(pid, SIGTERM);
	await_left(world, 0, left, outcome);
	if (outcome->left)
		say_trouble(outcome, "process %d does not end by SIGTERM; ", pid);
	settle(world, 0, state);
	snprintf(outcome->state + strlen(outcome->state), STATE - strlen(outcome->state),
	         "once it was ended:\n%s", state);
}

static void look_around(struct world *world, struct outcome *outcome)
{
	bool background = has_word(world->test->judged, "background") &&
	                  WIFEXITED(outcome->status) && WEXITSTATUS(outcome->status) == 0;
	pid_t left[LEFT];

	await_left(world, background ? 1 : 0, left, outcome);
	if (!background && outcome->left)
		say_trouble(outcome, "process %d is left; ", left[0]);
	judge_helpers(world, outcome);
	settle(world, background && outcome->left == 1 ? left[0] : 0, outcome->state);
	if (background && outcome->left == 1)
		end_background(world, left[0], outcome);
	else if (background)
		say_trouble(outcome, "%d processes hold in the background; ",
		            outcome->left);
	outcome->left = find_left(world, left);
	for (int i = 0; i < outcome->left; i++)
		kill(left[i], SIGKILL);
	while (find_left(world, left) > 0)
		poll(NULL, 0, 1);
}

/* ---- a run ---- */

static pid_t start(const struct world *world)
{
	const long options = PTRACE_O_EXITKILL | PTRACE_O_TRACESYSGOOD |
	                     PTRACE_O_TRACEEXEC | PTRACE_O_TRACEFORK |
	                     PTRACE_O_TRACEVFORK | PTRACE_O_TRACECLONE;
	sigset_t none;
	int gate[2];
	char byte = 0;
	pid_t pid;

	if (pipe(gate) < 0)
		broken("pipe");
	pid = fork();
	if (pid == 0) {
		close(gate[1]);
		if (read(gate[0], &byte, 1) != 1)
			_exit(97);
		close(gate[0]);
		sigemptyset(&none);
		sigprocmask(SIG_SETMASK, &none, NULL);
		become_program(world);
	}
	if (pid < 0 || ptrace(PTRACE_SEIZE, pid, NULL, options) < 0 ||
	    write(gate[1], &byte, 1) != 1)
		broken("start");
	close(gate[0]);
	close(gate[1]);
	return pid;
}

/* The next process that stops or ends; 0: none does, and time is over. */
static pid_t next_change(struct tracing *tracing, int *status)
{
	struct pollfd output = { .fd = tracing->world->out_reader, .events = POLLIN };
	sigset_t none;

	sigemptyset(&none);
	while (!is_late()) {
		bool piped = output.fd >= 0;
		pid_t pid = waitpid(-1, status, __WALL | (piped ? WNOHANG : 0));

		drain(tracing->world, tracing->outcome);
		if (pid > 0)
			return pid;
		if (piped)
			ppoll(&output, 1, NULL, &none);
	}
	return 0;
}

/* Nothing is to be waited for any longer. */
static void end_late(struct tracing *tracing)
{
	tracing->outcome->late = true;
	for (int i = 0; i < tracing->count; i++) {
		if (!tracing->traced[i].gone ||
		    tracing->traced[i].pid == tracing->program)
			kill(tracing->traced[i].pid, SIGKILL);
	}
	if (!tracing->ended)
		waitpid(tracing->program, &tracing->outcome->status, __WALL);
}

/* What holds in the background goes on, and is not seen any more. */
static void let_go(struct tracing *tracing)
{
	for (int i = 0; i < tracing->count; i++) {
		struct traced *traced = &tracing->traced[i];
		int status;

		if (traced->gone || ptrace(PTRACE_INTERRUPT, traced->pid, NULL, NULL) < 0)
			continue;
		if (waitpid(traced->pid, &status, __WALL) > 0 && WIFSTOPPED(status))
			ptrace(PTRACE_DETACH, traced->pid, NULL, NULL);
	}
}

/* Until the program has ended, and those that it has left have settled. */
static void follow(struct tracing *tracing)
{
	int status;

	while (!tracing->ended || has_live(tracing)) {
		pid_t pid = next_change(tracing, &status);

		if (pid == 0) {
			end_late(tracing);
			return;
		}
		if (WIFSTOPPED(status)) {
			stopped(tracing, pid, status);
			continue;
		}
		for (int i = 0; i < tracing->count; i++)
			tracing->traced[i].gone |= tracing->traced[i].pid == pid;
		if (pid == tracing->program) {
			tracing->ended = true;
			tracing->outcome->status = status;
		}
	}
	let_go(tracing);
}

void run(struct world *world, const struct harm *harm, struct calls *calls,
         struct outcome *outcome)
{
	struct tracing tracing = {
		.world = world,
		.harm = harm,
		.calls = calls,
		.outcome = outcome,
	};

	*outcome = (struct outcome){ 0 };
	start_clock();
	world_make(world);
	tracing.program = start(world);
	find(&tracing, tracing.program);
	follow(&tracing);
	look_around(world, outcome);
	if (world->out_reader < 0) {
		outcome->out = contents(world->out, &outcome->out_length);
		close(world->out);
	} else {
		close(world->out);
		drain(world, outcome);
	}
	{
		size_t length;

		outcome->err = contents(world->err, &length);
	}
	world_end(world);
}

void outcome_free(struct outcome *outcome)
{
	free(outcome->out);
	free(outcome->err);
}
