/* SPDX-License-Identifier: MIT */
/* sweep-judge.c - judges what a run has done */

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sweep-text.h"

enum { BEFORE = 125 }; /* the status for a failure before COMMAND runs */

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

static bool same_archive(const struct outcome *wanted, const struct outcome *got,
                         char verdict[TEXT])
{
	char before[STATE];
	char after[STATE];

	plain_archive(wanted->out, wanted->out_length, before);
	plain_archive(got->out, got->out_length, after);
	return strcmp(before, after) == 0 ||
	       says(verdict, "the archive is\n%.1500s, not\n%.1500s", after, before);
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
	if (has_word(basis->test->judged, "archive"))
		return same_archive(wanted, got, verdict);
	if (has_word(basis->test->judged, "cells"))
		return same_cells(wanted->out, got->out, verdict);
	if (has_word(basis->test->judged, "lines"))
		return known_lines(wanted->out, got->out, verdict);
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

bool is_right(const struct basis *basis, const struct harm *harm,
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
