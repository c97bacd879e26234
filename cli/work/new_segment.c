/* SPDX-License-Identifier: MIT */
/* new_segment.c - remove a segment on failure until its id has been printed */

#include <string.h>
#include <unistd.h>

#include "segment/operand.h"
#include "work/new_segment.h"

/* The id, for the signal handler; -1: no segment. */
static volatile sig_atomic_t new_id = -1;
static const struct unfinished *volatile unfinished;

void unfinished_remove(void)
{
	const struct unfinished *list = unfinished;

	unfinished = NULL;
	for (size_t i = 0; list && i < list->count; i++)
		remove_created(NULL, list->ids[i]);
	if (list && list->file)
		unlink(list->file);
}

/* SA_RESETHAND has restored the default action: raise() ends the program on return. */
static void remove_and_end(int number)
{
	if (new_id >= 0)
		remove_created(NULL, new_id);
	unfinished_remove();
	raise(number);
}

/*
 * True if the default action ends the program. The other signals stop it or are ignored.
 */
static bool ends_program(int number)
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

/* Sets the handler, unless the signal is ignored or has a handler. */
static void set_handler(int number)
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

	/* sigfillset(3) omits the signals that the libc uses */
	memset(&all, 0xff, sizeof(all));
	sigprocmask(SIG_SETMASK, &all, before);
}

void new_segment_created(int id, const sigset_t *before)
{
	sigset_t blocked;

	memset(&blocked, 0xff, sizeof(blocked));
	new_id = id;
	for (int number = 1; number <= SIGRTMAX; number++) {
		if (id >= 0 && ends_program(number))
			set_handler(number);
		sigdelset(&blocked, number);
	}
	/* signals of the libc can have no handler: they stay blocked */
	sigorset(&blocked, &blocked, before);
	sigprocmask(SIG_SETMASK, &blocked, NULL);
}

void new_segment_end(const sigset_t *before)
{
	new_id = -1;
	sigprocmask(SIG_SETMASK, before, NULL);
}

void unfinished_begin(const struct unfinished *list)
{
	for (int number = 1; number <= SIGRTMAX; number++) {
		if (ends_program(number))
			set_handler(number);
	}
	unfinished = list;
}

void unfinished_end(void)
{
	unfinished = NULL;
}
