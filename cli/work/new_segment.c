/* new_segment.c - a segment whose id has not been printed yet */

#include <string.h>

#include "segment/operand.h"
#include "work/new_segment.h"

/* A signal handler has no other way to know the id. */
static volatile sig_atomic_t made = -1;

/* SA_RESETHAND has restored the default: raise() ends the program when this returns. */
static void remove_and_end(int number)
{
	if (made >= 0)
		remove_created(NULL, made);
	raise(number);
}

/* The others stop the program, which can be continued, or are ignored by default. */
static bool ends(int number)
{
	switch (number) {
	case SIGCHLD:
	case SIGCONT:
	case SIGURG:
	case SIGWINCH:
	case SIGTSTP:
	case SIGTTIN:
	case SIGTTOU:
		return false;
	default:
		return true;
	}
}

/* A signal that is ignored stays ignored, and a signal that has a handler keeps it. */
static void handle(int number)
{
	const struct sigaction action = {
		.sa_handler = remove_and_end,
		.sa_flags = (int)SA_RESETHAND,
	};
	struct sigaction before;

	if (sigaction(number, &action, &before) == 0 && before.sa_handler != SIG_DFL)
		sigaction(number, &before, NULL);
}

void new_segment_begin(sigset_t *before)
{
	sigset_t all;

	/* sigfillset(3) leaves out the signals that the C library uses itself */
	memset(&all, 0xff, sizeof(all));
	sigprocmask(SIG_SETMASK, &all, before);
}

void new_segment_is(int id, const sigset_t *before)
{
	sigset_t blocked;

	memset(&blocked, 0xff, sizeof(blocked));
	made = id;
	for (int number = 1; number <= SIGRTMAX; number++) {
		if (id >= 0 && ends(number))
			handle(number);
		sigdelset(&blocked, number);
	}
	/* those of the C library can have no handler, so they stay blocked */
	sigorset(&blocked, &blocked, before);
	sigprocmask(SIG_SETMASK, &blocked, NULL);
}

void new_segment_end(const sigset_t *before)
{
	made = -1;
	sigprocmask(SIG_SETMASK, before, NULL);
}
