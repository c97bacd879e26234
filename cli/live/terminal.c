/* SPDX-License-Identifier: MIT */
/* terminal.c - the terminal of a live view: its size, its keys, and its state before */

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include "live/terminal.h"
#include "text/number.h"

enum { BILLION = 1000000000, ROWS = 24, COLUMNS = 80, MOST = 1000 };

static const unsigned char signals[] = { SIGHUP,  SIGINT,  SIGQUIT, SIGTERM,
	                                 SIGTSTP, SIGCONT, SIGWINCH };

/* A bit for each signal that was caught and not handled yet. */
static volatile sig_atomic_t caught;

/* The other signals are blocked meanwhile. */
static void catch (int number)
{
	caught |= 1 << number;
}

static int woken(void)
{
	const int resized = 1 << SIGCONT | 1 << SIGWINCH;
	const int stop = 1 << SIGTSTP;

	return (caught & ~(resized | stop) ? WOKEN_END : 0) |
	       (caught & stop ? WOKEN_STOP : 0) | (caught & resized ? WOKEN_RESIZED : 0);
}

/* Blocks the signals. Those that were ignored when the program started stay so. */
static void catch_signals(struct terminal *terminal)
{
	struct sigaction action = { .sa_handler = catch };

	sigemptyset(&action.sa_mask);
	for (size_t i = 0; i < sizeof(signals); i++)
		sigaddset(&action.sa_mask, signals[i]);
	sigprocmask(SIG_BLOCK, &action.sa_mask, &terminal->mask);
	for (size_t i = 0; i < sizeof(signals); i++) {
		struct sigaction old;

		if (sigaction(signals[i], NULL, &old) == 0 && old.sa_handler != SIG_IGN)
			sigaction(signals[i], &action, NULL);
	}
}

/* Takes the default action of the signal; returns when the program continues. */
static void let_act(int number)
{
	struct sigaction old;
	sigset_t mask;

	sigaction(number, &(struct sigaction){ .sa_handler = SIG_DFL }, &old);
	sigemptyset(&mask);
	sigaddset(&mask, number);
	raise(number);
	sigprocmask(SIG_UNBLOCK, &mask, NULL);
	sigprocmask(SIG_BLOCK, &mask, NULL);
	sigaction(number, &old, NULL);
}

/* ---- the size ---- */

static int number_in(const char *name)
{
	const char *text = getenv(name);
	uint64_t number = 0;
	bool big = false;

	if (!text || !digits(text, 10, &text, &number, &big) || *text || big ||
	    number > MOST)
		return 0;
	return (int)number;
}

static void first_of(int *out, int one, int two, int three, int otherwise)
{
	*out = one ? one : two ? two : three ? three : otherwise;
	if (*out > MOST)
		*out = MOST;
}

/* A terminal on a serial line has size 0 by 0. */
static bool read_size(struct terminal *terminal)
{
	struct winsize size = { 0 };
	int rows = number_in("LINES");
	int columns = number_in("COLUMNS");

	ioctl(STDOUT_FILENO, TIOCGWINSZ, &size);
	first_of(&terminal->rows, rows, size.ws_row, terminal->reported_rows, ROWS);
	first_of(&terminal->columns, columns, size.ws_col, terminal->reported_columns,
	         COLUMNS);
	return (rows || size.ws_row) && (columns || size.ws_col);
}

void terminal_reported(struct terminal *terminal, int rows, int columns)
{
	terminal->reported_rows = rows;
	terminal->reported_columns = columns;
	read_size(terminal);
}

/* Moves the cursor to the last row and column, requests its place, and moves it back. */
bool terminal_request(struct terminal *terminal)
{
	static const char ask[] = "\033[s\033[999C\033[999B\033[6n\033[u";

	return !read_size(terminal) && terminal->has_keys &&
	       terminal_write(terminal, ask, sizeof(ask) - 1) == 0;
}

/* ---- its state ---- */

bool terminal_is_usable(void)
{
	const char *name = getenv("TERM");

	return isatty(STDOUT_FILENO) && !(name && strcmp(name, "dumb") == 0);
}

/*
 * In the background, this call stops the program until a shell continues it in the
 * foreground. It fails if there is no such shell.
 */
bool terminal_keep(struct terminal *terminal)
{
	bool kept = !terminal->has_keys ||
	            tcsetattr(STDIN_FILENO, TCSANOW, &terminal->ours) == 0;

	terminal->is_changed |= terminal->has_keys && kept;
	return kept;
}

/*
 * A process whose shell has exited is in the background, where it can restore the terminal
 * only with SIGTTOU blocked. If the state is not ours any more, a shell has set its own.
 */
static void restore(struct terminal *terminal)
{
	struct pollfd room = { .fd = STDOUT_FILENO, .events = POLLOUT };
	struct termios now;
	sigset_t mask;
	sigset_t old;

	/* to a new line, unless the terminal is paused */
	if (poll(&room, 1, 0) > 0)
		(void)!write(STDOUT_FILENO, "\r\n", 2);
	if (!terminal->is_changed || tcgetattr(STDIN_FILENO, &now) < 0 ||
	    now.c_lflag != terminal->ours.c_lflag)
		return;
	sigemptyset(&mask);
	sigaddset(&mask, SIGTTOU);
	sigprocmask(SIG_BLOCK, &mask, &old);
	tcsetattr(STDIN_FILENO, TCSANOW, &terminal->before);
	sigprocmask(SIG_SETMASK, &old, NULL);
	terminal->is_changed = false;
}

void terminal_begin(struct terminal *terminal)
{
	catch_signals(terminal);
	terminal->has_keys = tcgetattr(STDIN_FILENO, &terminal->before) == 0;
	terminal->ours = terminal->before;
	terminal->ours.c_lflag &= ~(tcflag_t)(ICANON | ECHO);
	terminal->ours.c_cc[VMIN] = 1;
	terminal->ours.c_cc[VTIME] = 0;
	terminal_keep(terminal);
	read_size(terminal);
}

void terminal_end(struct terminal *terminal)
{
	restore(terminal);
	for (int number = 1; number < SIGTSTP; number++) {
		if (caught & 1 << number)
			let_act(number);
	}
}

void terminal_stop(struct terminal *terminal)
{
	restore(terminal);
	caught &= ~(1 << SIGTSTP);
	let_act(SIGTSTP);
	terminal_resume(terminal);
}

void terminal_resume(struct terminal *terminal)
{
	caught &= ~(1 << SIGCONT | 1 << SIGWINCH);
	terminal_keep(terminal);
	read_size(terminal);
}

/* ---- bytes ---- */

int terminal_wait(struct terminal *terminal, int64_t nanoseconds)
{
	struct pollfd keys = { .fd = terminal->has_keys ? STDIN_FILENO : -1,
		               .events = POLLIN };
	const struct timespec time = { .tv_sec = (time_t)(nanoseconds / BILLION),
		                       .tv_nsec = (long)(nanoseconds % BILLION) };
	int ready = ppoll(&keys, 1, &time, &terminal->mask);

	return woken() | (ready > 0 ? WOKEN_KEYS : 0);
}

int terminal_read(struct terminal *terminal, char *bytes, size_t size)
{
	ssize_t length = read(STDIN_FILENO, bytes, size);

	if (length > 0)
		return (int)length;
	if (length == 0 || (errno != EINTR && errno != EAGAIN))
		terminal->has_keys = false;
	return 0;
}

int terminal_write(struct terminal *terminal, const char *bytes, size_t length)
{
	struct pollfd room = { .fd = STDOUT_FILENO, .events = POLLOUT };

	while (length > 0 && !woken()) {
		ssize_t done = -1;
		int error;

		/* a paused terminal accepts no bytes: only here can a signal end the program */
		if (ppoll(&room, 1, NULL, &terminal->mask) > 0) {
			sigset_t old;

			sigprocmask(SIG_SETMASK, &terminal->mask, &old);
			done = write(STDOUT_FILENO, bytes, length);
			error = errno;
			sigprocmask(SIG_SETMASK, &old, NULL);
			errno = error;
		}
		if (done < 0 && errno != EINTR && errno != EAGAIN)
			return -errno;
		bytes += done > 0 ? done : 0;
		length -= done > 0 ? (size_t)done : 0;
	}
	return 0;
}
