/* new_segment.c - a segment that nobody knows of yet */

#include <string.h>

#include "segment/operand.h"
#include "work/new_segment.h"

/* A handler has no other way to know. */
static volatile sig_atomic_t made = -1;

/* SA_RESETHAND has put the default back: on return the signal ends us as it would have. */
static void remove_and_end(int number)
{
	if (made >= 0)
		remove_made(NULL, made);
	raise(number);
}

/* What stops us may let us go on; the others are nothing to us. */
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

/* What was ignored stays ignored, and what has a handler already keeps it. */
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

	/* sigfillset(3) leaves out those that the C library keeps for itself */
	memset(&all, 0xff, sizeof(all));
	sigprocmask(SIG_SETMASK, &all, before);
}

void new_segment_is(int id, const sigset_t *before)
{
	sigset_t held;

	memset(&held, 0xff, sizeof(held));
	made = id;
	for (int number = 1; number <= SIGRTMAX; number++) {
		if (id >= 0 && ends(number))
			handle(number);
		sigdelset(&held, number);
	}
	/* they can have no handler, so they have to wait */
	sigorset(&held, &held, before);
	sigprocmask(SIG_SETMASK, &held, NULL);
}

void new_segment_end(const sigset_t *before)
{
	made = -1;
	sigprocmask(SIG_SETMASK, before, NULL);
}
