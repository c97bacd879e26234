/* unborn.c - a segment that nobody knows of yet */

#include <signal.h>

#include "unborn.h"

static const int endings[] = { SIGHUP, SIGINT, SIGQUIT, SIGPIPE, SIGALRM, SIGTERM };
enum { ENDINGS = sizeof(endings) / sizeof(*endings) };

/* A handler has no other way to know. */
static volatile sig_atomic_t unborn = -1;

/* SA_RESETHAND has put the default back: on return the signal ends us as it would have. */
static void remove_and_end(int number)
{
	if (unborn >= 0)
		shmbox_remove(unborn);
	raise(number);
}

/* What was ignored stays ignored. */
static void handle(int number, void (*from)(int), const struct sigaction *to)
{
	struct sigaction now;

	if (sigaction(number, NULL, &now) == 0 && now.sa_handler == from)
		sigaction(number, to, NULL);
}

static void hold_back(int how)
{
	sigset_t set;

	sigemptyset(&set);
	for (int i = 0; i < ENDINGS; i++)
		sigaddset(&set, endings[i]);
	sigprocmask(how, &set, NULL);
}

void unborn_begin(void)
{
	hold_back(SIG_BLOCK);
}

void unborn_is(int id)
{
	const struct sigaction action = {
		.sa_handler = remove_and_end,
		.sa_flags = (int)SA_RESETHAND,
	};

	unborn = id;
	for (int i = 0; id >= 0 && i < ENDINGS; i++)
		handle(endings[i], SIG_DFL, &action);
	hold_back(SIG_UNBLOCK);
}

void unborn_end(void)
{
	const struct sigaction action = { .sa_handler = SIG_DFL };

	for (int i = 0; i < ENDINGS; i++)
		handle(endings[i], remove_and_end, &action);
	unborn = -1;
}
